//! planet-orders
