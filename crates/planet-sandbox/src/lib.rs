//! planet-sandbox
