//! What changes for traffic: two routings in, the differences out.
