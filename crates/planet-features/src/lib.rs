//! planet-features
