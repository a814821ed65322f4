//! planet
