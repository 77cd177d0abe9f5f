//! Notices that are really sent, to servers of the test.
