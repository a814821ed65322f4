//! planet-data
