"""Statistics: they say how sure they are, and when there is too little to say anything."""
