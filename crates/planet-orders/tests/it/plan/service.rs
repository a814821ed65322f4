//! A service in the same process that takes orders and lists them, under the test's paused clock. It acts on a request also
//! when its client has gone meanwhile, loses answers, and lists new orders late.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use fastrand::Rng;
use http::{HeaderValue, Method, Response, StatusCode, header};
use planet_core::middleware::{Request, ResponseBody, Service};
use planet_core::{Auth, Clock, Pace, Session, Timestamp};
use planet_orders::OrdersClient;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

static PLACED: AtomicU64 = AtomicU64::new(0);

/// What becomes of a request that places an order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fate {
    /// How long the service takes until it acts, and from then until it answers.
    pub(super) acts_after: Duration,
    pub(super) answers_after: Duration,
    pub(super) end: End,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    #[default]
    Answered,
    /// It acted, and 502 is the answer.
    Lost,
    /// It did not act, and this status is the answer.
    Refused(u16),
}

pub(super) struct Placed {
    pub(super) document: Value,
    listed_from: Instant,
}

impl Placed {
    pub(super) fn id(&self) -> String {
        self.document["id"].as_str().unwrap().to_owned()
    }

    pub(super) fn ids(&self) -> Vec<String> {
        let products = self.document["products"].as_array().unwrap().iter();
        let ids = products.flat_map(|product| product["item_ids"].as_array().cloned().unwrap_or_default());
        ids.map(|id| id.as_str().unwrap().to_owned()).collect()
    }

    /// Is it one that delivers, or will?
    pub(super) fn is_alive(&self) -> bool {
        self.document["state"] != "failed" && self.document["state"] != "cancelled"
    }
}

pub(super) struct State {
    pub(super) placed: Vec<Placed>,
    pub(super) fates: VecDeque<Fate>,
    /// Draws the fates where none are given, and spoils lists.
    pub(super) chance: Option<Rng>,
    pub(super) lag: Duration,
    /// Methods of the requests so far, with the time they came.
    pub(super) asked: Vec<(Method, Duration)>,
    work: JoinSet<()>,
}

#[derive(Clone)]
pub(super) struct Fake {
    state: Arc<Mutex<State>>,
    began: Instant,
    wall: SystemTime,
}

impl Fake {
    pub(super) fn new() -> Self {
        let state = State {
            placed: Vec::new(),
            fates: VecDeque::new(),
            chance: None,
            lag: Duration::ZERO,
            asked: Vec::new(),
            work: JoinSet::new(),
        };
        let wall = "2026-11-21T12:00:00Z".parse::<Timestamp>().unwrap().into();
        Self { state: Arc::new(Mutex::new(state)), began: Instant::now(), wall }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(super) fn orders(&self) -> OrdersClient {
        let clock = self.clone();
        let session = Session::builder().auth(Auth::from_key("k")).pace(Pace::off());
        let session = session.clock(Clock::new(move || clock.now())).transport(self.clone()).build().unwrap();
        OrdersClient::new(&session)
    }

    pub(super) fn count(&self, method: &Method) -> usize {
        self.state().asked.iter().filter(|(asked, _)| asked == method).count()
    }

    fn now(&self) -> SystemTime {
        self.wall + self.began.elapsed()
    }

    async fn answer(self, request: Request) -> Response<ResponseBody> {
        self.state().asked.push((request.method().clone(), self.began.elapsed()));
        let (status, body) = match *request.method() {
            Method::POST => self.create(request).await,
            _ => self.list(request.uri().query().unwrap_or_default()),
        };
        let mut response = Response::new(ResponseBody::from(Bytes::from(body)));
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        let date = httpdate::fmt_http_date(self.now());
        response.headers_mut().insert(header::DATE, HeaderValue::from_str(&date).unwrap());
        response
    }

    async fn create(&self, request: Request) -> (u16, String) {
        let body = serde_json::from_slice(request.body().bytes()).unwrap();
        let fate = self.fate();
        let (send, answered) = tokio::sync::oneshot::channel();
        let fake = self.clone();
        self.state().work.spawn(async move {
            sleep(fate.acts_after).await;
            let answer = match fate.end {
                End::Refused(status) => (status, json!({"general": [{"message": "refused"}]}).to_string()),
                end => {
                    let document = fake.place(body);
                    if end == End::Lost { (502, String::new()) } else { (202, document.to_string()) }
                }
            };
            sleep(fate.answers_after).await;
            drop(send.send(answer));
        });
        answered.await.unwrap()
    }

    fn fate(&self) -> Fate {
        let mut state = self.state();
        if let Some(fate) = state.fates.pop_front() {
            return fate;
        }
        let Some(rng) = &mut state.chance else { return Fate::default() };
        let mut up_to =
            |millis: u64| if rng.bool() { Duration::ZERO } else { Duration::from_millis(rng.u64(0..millis)) };
        let (acts_after, answers_after) = (up_to(15_000), up_to(15_000));
        let end = match rng.u8(0..20) {
            0..4 => End::Lost,
            4 => End::Refused(502),
            5 => End::Refused(400),
            6 => End::Refused(429),
            _ => End::Answered,
        };
        Fate { acts_after, answers_after, end }
    }

    fn place(&self, mut document: Value) -> Value {
        let created = Timestamp::try_from(self.now()).unwrap();
        let mut state = self.state();
        // Of another id in each test, as the client remembers whose order is whose.
        let number = PLACED.fetch_add(1, Ordering::Relaxed);
        document["id"] = json!(format!("00000000-0000-4000-8000-{number:012}"));
        document["state"] = json!("queued");
        document["created_on"] = json!(created.to_string());
        let lag = state.lag;
        let lag = state.chance.as_mut().map_or(lag, |rng| Duration::from_millis(rng.u64(0..20_000)));
        state.placed.push(Placed { document: document.clone(), listed_from: Instant::now() + lag });
        document
    }

    /// Pages of up to 100, the newest first.
    fn list(&self, query: &str) -> (u16, String) {
        let value = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            let text = pairs.find(|(key, _)| *key == name).map(|(_, value)| value.replace('+', " "))?;
            Some(percent_encoding::percent_decode_str(&text).decode_utf8().unwrap().into_owned())
        };
        let mut state = self.state();
        if state.chance.as_mut().is_some_and(|rng| rng.u8(0..10) == 0) {
            return (503, String::new());
        }
        let (name, part) = (value("name"), value("name__contains"));
        let size: usize = value("page_size").map_or(20, |size| size.parse().unwrap());
        let from: usize = value("page_marker").map_or(0, |marker| marker.parse().unwrap());
        let listed = state.placed.iter().rev().filter(|order| {
            let own = order.document["name"].as_str().unwrap();
            order.listed_from <= Instant::now()
                && name.as_ref().is_none_or(|name| name == own)
                && part.as_ref().is_none_or(|part| own.contains(part))
        });
        let orders: Vec<&Value> = listed.map(|order| &order.document).collect();
        let page: Vec<&Value> = orders.iter().skip(from).take(size).copied().collect();
        let same: Vec<&str> = query.split('&').filter(|pair| !pair.starts_with("page_marker")).collect();
        let next = format!(
            "https://api.planet.com/compute/ops/orders/v2?{}&page_marker={}",
            same.join("&"),
            from + page.len()
        );
        let links = if from + page.len() < orders.len() { json!({"next": next}) } else { json!({}) };
        (200, json!({"orders": page, "_links": links}).to_string())
    }
}

impl Service<Request> for Fake {
    type Response = Response<ResponseBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let fake = self.clone();
        Box::pin(async move { Ok(fake.answer(request).await) })
    }
}
