"""Staff: roles as code, standing in a programme, and the way in."""
