//! planet-builders
