"""Pure arithmetic over frames: no clock, no store, no screen."""
