//! Weather and sun: the part of the properties that all scenes share.

use fastrand::Rng;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::rounded;

/// How a scene's pixels are classified, in percent of its area.
pub(super) struct Weather {
    pub(super) cloud: u8,
    heavy_haze: u8,
    light_haze: u8,
    shadow: u8,
    snow_ice: u8,
    anomalous: f64,
    confidence: u8,
}

impl Weather {
    /// Close to half of all days are clear, most others are cloudy.
    pub(super) fn invent(latitude: f64, rng: &mut Rng) -> Self {
        let cloud = match rng.u8(..100) {
            0..22 => rng.u8(..2),
            22..48 => rng.u8(2..10),
            48..72 => rng.u8(10..50),
            _ => rng.u8(50..=100),
        };
        Self::with_cloud(cloud, latitude, rng)
    }

    /// The next scene of a strip has much the same weather.
    pub(super) fn next(&self, latitude: f64, rng: &mut Rng) -> Self {
        let cloud = (self.cloud + rng.u8(..=self.cloud / 10 + 1)).saturating_sub(1).min(100);
        Self::with_cloud(cloud, latitude, rng)
    }

    pub(super) fn clear() -> Self {
        Self { cloud: 0, heavy_haze: 0, light_haze: 0, shadow: 0, snow_ice: 0, anomalous: 0.0, confidence: 100 }
    }

    fn with_cloud(cloud: u8, latitude: f64, rng: &mut Rng) -> Self {
        let mut rest = 100 - cloud;
        let mut share = |most: u8| {
            let part = rng.u8(..=most).min(rest);
            rest -= part;
            part
        };
        let heavy_haze = share(cloud / 12);
        let light_haze = share(cloud / 6 + 2);
        let shadow = share(cloud / 8);
        let snow_ice = share(if latitude.abs() > 40.0 { 4 } else { 0 });
        let anomalous = if rng.u8(..8) == 0 { f64::from(rng.u8(1..6)) / 100.0 } else { 0.0 };
        Self { cloud, heavy_haze, light_haze, shadow, snow_ice, anomalous, confidence: rng.u8(70..=100) }
    }

    fn clear_percent(&self) -> u8 {
        100 - self.cloud - self.heavy_haze - self.light_haze - self.shadow - self.snow_ice
    }

    pub(super) fn cloud_cover(&self) -> Value {
        rounded(f64::from(self.cloud) / 100.0, 2)
    }

    pub(super) fn anomalous_pixels(&self) -> Value {
        rounded(self.anomalous, 2)
    }

    /// The properties that come from the usable-data mask.
    pub(super) fn describe(&self, properties: &mut Map<String, Value>) {
        let visible = 100 - self.cloud - self.heavy_haze;
        for (name, percent) in [
            ("clear_confidence_percent", self.confidence),
            ("clear_percent", self.clear_percent()),
            ("cloud_percent", self.cloud),
            ("heavy_haze_percent", self.heavy_haze),
            ("light_haze_percent", self.light_haze),
            ("shadow_percent", self.shadow),
            ("snow_ice_percent", self.snow_ice),
            ("visible_confidence_percent", self.confidence.saturating_sub(4)),
            ("visible_percent", visible),
        ] {
            properties.insert(name.to_owned(), percent.into());
        }
        properties.insert("cloud_cover".to_owned(), self.cloud_cover());
    }
}

/// Writes where the sun stood.
pub(super) fn describe_sun(time: Timestamp, lon: f64, lat: f64, properties: &mut Map<String, Value>) {
    let utc = TimeZone::UTC.to_datetime(time);
    let season = f64::from(utc.date().day_of_year() + 10) / 365.0 * std::f64::consts::TAU;
    let declination = (-23.44 * season.cos()).to_radians();
    let hours = f64::from(utc.hour()) + f64::from(utc.minute()) / 60.0 + lon / 15.0 - 12.0;
    let (hour, lat) = ((hours * 15.0).to_radians(), lat.to_radians());
    let up = lat.sin() * declination.sin() + lat.cos() * declination.cos() * hour.cos();
    let east = -declination.cos() * hour.sin();
    let north = declination.sin() * lat.cos() - declination.cos() * lat.sin() * hour.cos();
    let azimuth = east.atan2(north).to_degrees().rem_euclid(360.0);
    properties.insert("sun_elevation".to_owned(), rounded(up.asin().to_degrees(), 1));
    properties.insert("sun_azimuth".to_owned(), rounded(azimuth, 1));
}
