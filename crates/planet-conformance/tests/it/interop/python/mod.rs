//! Sessions shared with the official library, whose own process runs beside. PLANET_TEST_PYTHON says where it is.

mod from_python;
mod keys;
mod shared;
mod to_python;
