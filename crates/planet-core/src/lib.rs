//! planet-core
