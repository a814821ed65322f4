//! Waiting for assets to become active. Each has a link of its own to ask at; there is no list of them.

use std::borrow::Borrow;
use std::collections::{HashSet, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{FuturesUnordered, StreamExt};
use http::{Request, Response};
use planet_core::{
    BoxError, Call, Endpoint, Error, ErrorKind, Fault, FaultKind, Operation, Outcome, Result, Route, Session, Verdict,
    Wait, WaitLook, WaitRound, Watched, operation, redact,
};

use crate::activate::not_known;
use crate::{Asset, AssetStatus, link};

/// Done when the asset is active; never when its status is one that does not lead there.
///
/// ```
/// use planet_data::{Asset, Verdict, active};
///
/// let asset: Asset = serde_json::from_str(r#"{"type": "ortho_visual", "status": "activating"}"#)?;
/// assert_eq!(active(&asset), Verdict::Wait);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn active(asset: &Asset) -> Verdict {
    match asset.status() {
        AssetStatus::Active => Verdict::Done,
        AssetStatus::Inactive | AssetStatus::Activating => Verdict::Wait,
        AssetStatus::Unknown(_) => Verdict::Never,
    }
}

/// Where an asset has the link to itself.
const SELF: &str = "_links._self";

const OPERATION: &str = "data.wait";

/// How many assets are asked for at once.
const AT_ONCE: usize = 16;

/// An asset that is inactive for so long since the wait began was not activated by anybody.
const NOT_STARTED: Duration = Duration::from_secs(10 * 60);

/// One asset, by its own link.
#[derive(Clone, Debug)]
pub(crate) struct Fetch {
    pub(crate) link: Option<String>,
}

impl Operation for Fetch {
    type Output = Asset;
    const NAME: &'static str = "data.get_asset";
    const ROUTE: Route = Route::new("data", 10.0);
    const IDEMPOTENT: bool = true;

    fn request(&self, endpoint: &Endpoint) -> Result<Request<Bytes>> {
        let url = link::own(endpoint, SELF, self.link.as_deref());
        operation::get(url.map_err(|fault| fault.under("asset"))?)
    }

    fn decode(&self, response: &Response<Bytes>) -> Result<Asset> {
        let asset: Asset = operation::json(response)?;
        match asset.status_text() {
            "" => Err(Error::new(ErrorKind::Decode, "the answer is no asset: its `status` is missing, or no text")),
            _ => Ok(asset),
        }
    }
}

planet_core::wait_builder! {
    /// A wait for an asset. Await it for the asset as it is when it can be downloaded, with its location. An asset that was
    /// active when it was fetched is given back as it is, and nothing is sent.
    ///
    /// # Errors
    /// `OperationFailed` if the asset cannot become active: it has another status than the three known ones, its activation
    /// failed, so that it is inactive again, or nobody has activated it in the first 10 minutes; `WaitTimeout` when the time
    /// or the number of attempts is used up. Both carry the asset as it was last seen, a [`LastAsset`], as their source, if a
    /// poll saw it. `InvalidInput`, before anything is sent, if the asset has no status, or no link on the session's host to
    /// ask at. Otherwise why it could not be asked for, such as `NotFound`.
    WaitAsset(Polls) -> Asset
}

planet_core::wait_builder! {
    /// A wait for many assets. Await it for a report with one end for each, in the order given.
    ///
    /// Each asset is asked for by itself, up to 16 at once, and as the session's [`Pace`](planet_core::Pace) allows: 10 in a
    /// second, so that the polls of very many are further apart.
    ///
    /// An asset that is given twice is waited for once, so the report may be shorter than what was given: find an end by
    /// its asset, not by its place. What a round of polls brought is told when the round is over.
    ///
    /// # Errors
    /// `InvalidInput`, before anything is sent, if there are no assets, or one of them cannot be waited for. What goes wrong
    /// with one asset later stands in the report, as [`WaitAsset`] says.
    WaitAssets(Polls) -> [Asset]
}

impl WaitAsset {
    pub(crate) fn new(session: &Session, asset: &Asset) -> Self {
        let checked = check(session.endpoint(), asset).map_err(|fault| fault.under("asset").into());
        let names = checked.map(|()| vec![name(asset)]);
        Self(Wait::new(Polls::new(session, vec![asset.clone()]), OPERATION, names, active))
    }
}

impl WaitAssets {
    pub(crate) fn new<A: Borrow<Asset>>(session: &Session, assets: impl IntoIterator<Item = A>) -> Self {
        let mut links = HashSet::new();
        let mut is_new = |asset: &Asset| asset.self_link().is_none_or(|link| links.insert(link.to_owned()));
        let assets: Vec<Asset> =
            assets.into_iter().map(|asset| asset.borrow().clone()).filter(|asset| is_new(asset)).collect();
        let names = check_all(session.endpoint(), &assets).map(|()| assets.iter().map(name).collect());
        Self(Wait::new(Polls::new(session, assets), OPERATION, names, active))
    }
}

fn check_all(endpoint: &Endpoint, assets: &[Asset]) -> Result<()> {
    if assets.is_empty() {
        return Err(Fault::new(FaultKind::Missing, "assets", "there is nothing to wait for").into());
    }
    let checked = assets.iter().map(|asset| check(endpoint, asset)).enumerate();
    let faults = checked.filter_map(|(index, checked)| Some(checked.err()?.under(&format!("assets[{index}]"))));
    match faults.collect::<Vec<Fault>>() {
        none if none.is_empty() => Ok(()),
        faults => Err(Error::invalid(faults)),
    }
}

/// Can it be waited for?
fn check(endpoint: &Endpoint, asset: &Asset) -> Result<(), Fault> {
    match asset.status() {
        AssetStatus::Active => Ok(()),
        AssetStatus::Unknown(status) if status.is_empty() => Err(not_known(&status)),
        _ => link::own(endpoint, SELF, asset.self_link()).map(drop),
    }
}

/// What an asset is called in messages.
fn name(asset: &Asset) -> String {
    match asset.self_link() {
        Some(link) => format!("{} ({})", asset.asset_type(), redact::url(link)),
        None => asset.asset_type().to_owned(),
    }
}

/// Assets that are looked at, each by its own link.
#[derive(Clone, Debug)]
pub(crate) struct Polls {
    /// Its options are those of each poll.
    call: Call<Fetch>,
    watched: Vec<Seen>,
    begun: bool,
}

/// What was seen of an asset so far.
#[derive(Clone, Debug)]
struct Seen {
    given: Asset,
    activating: bool,
}

impl Polls {
    fn new(session: &Session, assets: Vec<Asset>) -> Self {
        let seen = |given: Asset| Seen { activating: given.status() == AssetStatus::Activating, given };
        let watched = assets.into_iter().map(seen).collect();
        Self { call: session.call(Fetch { link: None }), watched, begun: false }
    }

    fn poll(&self, at: usize) -> Call<Fetch> {
        let link = self.watched.get(at).and_then(|seen| seen.given.self_link());
        self.call.with_operation(Fetch { link: link.map(str::to_owned) })
    }
}

impl WaitLook for Polls {
    type Operation = Fetch;
    type Value = Asset;

    fn call_mut(&mut self) -> &mut Call<Fetch> {
        &mut self.call
    }

    async fn look(&mut self, round: &mut WaitRound<Asset>) -> Result<()> {
        if !std::mem::replace(&mut self.begun, true) {
            for (at, seen) in self.watched.iter().enumerate().filter(|(_, seen)| seen.given.status().is_active()) {
                round.tell(at, Ok(seen.given.clone()));
            }
        }
        let mut wanted: VecDeque<usize> = round.wanted().collect();
        let mut polls = FuturesUnordered::new();
        for at in wanted.drain(..wanted.len().min(AT_ONCE)) {
            polls.push(ask(at, round.limit(self.poll(at))));
        }
        while let Some((at, answer)) = polls.next().await {
            if let Some(seen) = self.watched.get_mut(at) {
                round.tell(at, answer.and_then(|asset| seen.judged(asset, round.waited())));
            }
            // At the pace of the service a round over very many may take longer than the whole wait may.
            if !round.is_over()
                && let Some(at) = wanted.pop_front()
            {
                polls.push(ask(at, round.limit(self.poll(at))));
            }
        }
        Ok(())
    }
}

async fn ask(at: usize, call: Call<Fetch>) -> (usize, Result<Asset>) {
    (at, call.await)
}

impl Seen {
    /// The asset, or why it will not become active though its status alone does not tell.
    fn judged(&mut self, asset: Asset, waited: Duration) -> Result<Asset> {
        let why = match asset.status() {
            AssetStatus::Inactive if self.activating => "is inactive again: its activation failed",
            AssetStatus::Inactive if waited >= NOT_STARTED => "is still inactive: nobody has activated it",
            status => {
                self.activating |= status == AssetStatus::Activating;
                return Ok(asset);
            }
        };
        Err(Error::new(ErrorKind::OperationFailed, format!("asset {} {why}", name(&asset)))
            .with_outcome(Outcome::Rejected)
            .with_help("Activate it with data.activate(&asset), then wait for it again")
            .with_source(LastAsset(asset)))
    }
}

impl Watched for Asset {
    const WHAT: &'static str = "asset";

    fn state(&self) -> &str {
        self.status_text()
    }

    fn into_source(self) -> BoxError {
        LastAsset(self).into()
    }
}

/// The asset as it was last seen: the [`source`](std::error::Error::source) of an error of kind `OperationFailed` or
/// `WaitTimeout`, if a poll saw it.
///
/// ```
/// use std::error::Error as _;
/// use planet_data::{Asset, LastAsset};
/// # use planet_data::testing::{Answer, ScriptedTransport};
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let script = ScriptedTransport::new([Answer::status(500)]);
/// # let data = planet_data::DataClient::new(&script.session().build()?);
///
/// let asset: Asset = serde_json::from_str(r#"{"type": "ortho_visual", "status": "failed",
///     "_links": {"_self": "https://api.planet.com/data/v1/assets/abc"}}"#)?;
/// let error = data.wait(&asset).await.unwrap_err();
/// if let Some(last) = error.source().and_then(|source| source.downcast_ref::<LastAsset>()) {
///     assert_eq!(last.asset().status().as_str(), "failed");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, thiserror::Error)]
#[error("asset {} is {}", .0.asset_type(), .0.status())]
pub struct LastAsset(Asset);

impl LastAsset {
    /// The asset, as the last poll saw it.
    #[must_use]
    pub fn asset(&self) -> &Asset {
        &self.0
    }
}
