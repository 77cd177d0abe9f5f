//! Files as other programs write them, looked at as a whole.
