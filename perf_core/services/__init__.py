"""One function per thing a person does; the only floor that joins the others."""
