//! The places the catalogue covers.

use geo::{Coord, LineString, MultiPolygon, Polygon};

const KM_PER_DEGREE: f64 = 111.32;

pub(super) struct Area {
    pub(super) lon: f64,
    pub(super) lat: f64,
}

pub(super) const OREGON: Area = Area { lon: -117.505_590_5, lat: 45.265_805 };
pub(super) const IOWA: Area = Area { lon: -91.160_198, lat: 42.919_638 };
pub(super) const SAN_FRANCISCO: Area = Area { lon: -122.555, lat: 37.755 };
pub(super) const CAIRO: Area = Area { lon: 31.24, lat: 30.05 };
pub(super) const SOMALIA: Area = Area { lon: 46.939, lat: 8.397 };
pub(super) const SYDNEY: Area = Area { lon: 150.95, lat: -33.82 };

pub(super) const AREAS: [&Area; 6] = [&OREGON, &IOWA, &SAN_FRANCISCO, &CAIRO, &SOMALIA, &SYDNEY];

impl Area {
    /// The point that lies so many kilometres east and north of the centre.
    pub(super) fn offset(&self, east_km: f64, north_km: f64) -> Coord<f64> {
        let km_per_lon = KM_PER_DEGREE * self.lat.to_radians().cos();
        Coord { x: self.lon + east_km / km_per_lon, y: self.lat + north_km / KM_PER_DEGREE }
    }

    /// A footprint of the given size around an offset, turned clockwise as seen from a descending orbit.
    pub(super) fn footprint(&self, at_km: (f64, f64), size_km: (f64, f64), turn: f64) -> MultiPolygon<f64> {
        let (sin, cos) = turn.to_radians().sin_cos();
        let corner = |along: f64, across: f64| {
            let (x, y) = (along * size_km.0 / 2.0, across * size_km.1 / 2.0);
            let Coord { x, y } = self.offset(at_km.0 + x * cos + y * sin, at_km.1 - x * sin + y * cos);
            Coord { x: (x * 1e7).round() / 1e7, y: (y * 1e7).round() / 1e7 }
        };
        let ring = vec![corner(-1.0, 1.0), corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0)];
        MultiPolygon::new(vec![Polygon::new(LineString::new(ring), Vec::new())])
    }
}

/// Kilometres for a difference in degrees at a latitude.
pub(super) fn km_between(from: Coord<f64>, to: Coord<f64>) -> (f64, f64) {
    ((to.x - from.x) * KM_PER_DEGREE * from.y.to_radians().cos(), (to.y - from.y) * KM_PER_DEGREE)
}
