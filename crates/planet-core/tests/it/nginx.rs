//! Downloads from nginx. `cargo xtask interop` starts it, with the locations of xtask/src/interop/nginx.conf.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use planet_core::transfer::{Checksum, Digests, Download, FileReport, Verified, hash_file};
use planet_core::{ErrorKind, ProgressEvent, ProgressStep, Route, Session, Timeouts};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::support::{builder, quick};

/// Beyond what `/slow/` sends at once.
const SIZE: usize = 3 << 20;

/// Bytes in which every place can be told from every other, and the file of one salt from that of another.
fn content(salt: u64, size: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(salt);
    std::iter::repeat_with(|| random.u8(..)).take(size).collect()
}

/// Writes a file. nginx makes its validator of the time, in seconds, and the size: each salt has a time of its own.
fn put(path: &Path, salt: u64, size: usize) {
    fs::write(path, content(salt, size)).unwrap();
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_600_000_000 + salt);
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

/// One line of nginx's log.
#[derive(Debug)]
struct Asked {
    status: u16,
    /// Bytes of the body that nginx sent.
    sent: usize,
    range: Option<String>,
    if_range: Option<String>,
    encoding: Option<String>,
}

/// nginx, a file in it, and a directory to download to.
struct Case {
    url: String,
    folder: PathBuf,
    name: &'static str,
    to: TempDir,
}

impl Case {
    fn new(name: &'static str) -> Self {
        let folder = PathBuf::from(env::var("PLANET_TEST_NGINX_FOLDER").unwrap());
        let case = Self { url: env::var("PLANET_TEST_NGINX").unwrap(), folder, name, to: tempfile::tempdir().unwrap() };
        case.put(1, SIZE);
        case
    }

    fn put(&self, salt: u64, size: usize) {
        put(&self.file(), salt, size);
    }

    /// Where nginx has it.
    fn file(&self) -> PathBuf {
        self.folder.join("files").join(self.name)
    }

    /// The digests of what nginx serves by now.
    async fn digests(&self) -> Digests {
        let file = self.file();
        let (_, md5) = hash_file(&file, Checksum::Md5).await.unwrap();
        let (_, sha256) = hash_file(&file, Checksum::Sha256).await.unwrap();
        Digests::new(Some(md5), Some(sha256))
    }

    fn download(&self, base: &str, location: &str) -> Download {
        let link = format!("{base}{location}{}", self.name).parse().unwrap();
        Download::new(&session(), "test.download", Route::new("test", 1000.0), link, self.to.path())
            .name("a.tif")
            .unwrap()
    }

    /// What nginx was asked of the file, once it has logged so many answers.
    async fn asked(&self, answers: usize) -> Vec<Asked> {
        let start = Instant::now();
        loop {
            let log = fs::read_to_string(self.folder.join("access.log")).unwrap();
            let asked: Vec<_> = log.lines().filter_map(|line| self.line(line)).collect();
            if asked.len() >= answers || start.elapsed() > Duration::from_secs(5) {
                assert_eq!(asked.len(), answers, "{asked:?}");
                return asked;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    fn line(&self, line: &str) -> Option<Asked> {
        let fields: Vec<_> = line.split('|').collect();
        let header = |at: usize| (fields[at] != "-").then(|| fields[at].replace("\\x22", "\""));
        fields[0].ends_with(&format!("/{}", self.name)).then(|| Asked {
            status: fields[1].parse().unwrap(),
            sent: fields[2].parse().unwrap(),
            range: header(3),
            if_range: header(4),
            encoding: header(5),
        })
    }

    /// The file under its name, and nothing beside it.
    fn assert_holds(&self, report: &FileReport, salt: u64, size: usize) {
        assert_eq!(report.path, self.to.path().join("a.tif"));
        assert_eq!(report.size, size as u64);
        assert!(fs::read(&report.path).unwrap() == content(salt, size), "wrong bytes under the final name");
        assert_eq!(self.left(), ["a.tif"]);
    }

    /// The names in the directory.
    fn left(&self) -> Vec<String> {
        let entries = fs::read_dir(self.to.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

fn session() -> Session {
    let retry = quick().max_attempts(4);
    builder("http://127.0.0.1:1", retry).timeouts(Timeouts::default()).build().unwrap()
}

/// Stands before nginx and cuts the first answer short.
struct Gate {
    url: String,
    _tasks: JoinSet<()>,
}

impl Gate {
    /// Lets so many bytes of the first answer through, head and all; then `meanwhile` happens.
    async fn cutting(case: &Case, at: usize, meanwhile: impl Fn() + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let nginx = case.url.strip_prefix("http://").unwrap().to_owned();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut passed = JoinSet::new();
            let mut limit = Some(at);
            while let Ok((mut client, _)) = listener.accept().await {
                let mut server = TcpStream::connect(&nginx).await.unwrap();
                let Some(limit) = limit.take() else {
                    passed.spawn(async move {
                        let _ended = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                    });
                    continue;
                };
                let mut head = [0; 4096];
                let length = client.read(&mut head).await.unwrap();
                server.write_all(&head[..length]).await.unwrap();
                let mut answer = vec![0; limit];
                server.read_exact(&mut answer).await.unwrap();
                client.write_all(&answer).await.unwrap();
                meanwhile();
            }
        });
        Self { url, _tasks: tasks }
    }
}

/// Runs a download until so many bytes have come, then drops it.
async fn drop_after(download: Download, bytes: u64) {
    let came = Arc::<AtomicU64>::default();
    let counter = Arc::clone(&came);
    let progress: Arc<dyn planet_core::Progress> = Arc::new(move |event: &ProgressEvent| {
        if let ProgressStep::Received { received, .. } = event.step {
            counter.store(received, Ordering::SeqCst);
        }
    });
    let enough = async {
        while came.load(Ordering::SeqCst) < bytes {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::select! {
        ended = download.progress(progress).run() => panic!("it ended before it was dropped: {ended:?}"),
        () = enough => {}
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_whole_file_comes_at_once_as_it_is_stored_and_is_not_asked_for_again() {
    let case = Case::new("whole.tif");
    for (fetched, attempts) in [(SIZE as u64, 1), (0, 0)] {
        let download = case.download(&case.url, "/gzip/").expect(Some(SIZE as u64), case.digests().await);
        let report = download.run().await.unwrap();
        case.assert_holds(&report, 1, SIZE);
        assert_eq!((report.fetched, report.resumed, report.attempts), (fetched, 0, attempts));
        assert_eq!(report.verified, Verified::Md5AndSha256);
    }
    let asked = case.asked(1).await;
    assert_eq!((asked[0].status, asked[0].sent), (200, SIZE), "not compressed: {asked:?}");
    assert_eq!(asked[0].encoding.as_deref(), Some("identity"));
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn what_a_cut_connection_left_out_is_asked_for_as_a_range() {
    let case = Case::new("cut.tif");
    let gate = Gate::cutting(&case, 1_234_567, || {}).await;
    let download = case.download(&gate.url, "/").expect(Some(SIZE as u64), case.digests().await);
    let report = download.run().await.unwrap();
    case.assert_holds(&report, 1, SIZE);
    assert_eq!((report.fetched, report.attempts), (SIZE as u64, 2), "no byte twice: {report:?}");

    let asked = case.asked(2).await;
    assert_eq!((asked[0].status, asked[0].range.as_deref()), (200, None));
    let from = SIZE - asked[1].sent;
    assert!((1_000_000..1_234_567).contains(&from), "{asked:?}");
    assert_eq!((asked[1].status, asked[1].range.as_deref()), (206, Some(format!("bytes={from}-").as_str())));
    let validator = asked[1].if_range.as_deref().unwrap();
    assert!(validator.starts_with('"') && validator.ends_with('"'), "a strong one: {validator}");
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn what_a_dropped_run_fetched_is_not_fetched_again_by_the_next_even_from_another_link() {
    let case = Case::new("dropped.tif");
    let digests = case.digests().await;
    drop_after(case.download(&case.url, "/slow/").expect(Some(SIZE as u64), digests.clone()), 900_000).await;
    let left = case.left();
    assert!(!left.contains(&"a.tif".to_owned()) && left.iter().any(|name| name.ends_with(".part")), "{left:?}");

    let report = case.download(&case.url, "/").expect(Some(SIZE as u64), digests).run().await.unwrap();
    case.assert_holds(&report, 1, SIZE);
    assert!(report.resumed >= 900_000, "{report:?}");
    assert_eq!(report.resumed + report.fetched, SIZE as u64);
    let asked = case.asked(2).await;
    assert_eq!((asked[1].status, asked[1].sent as u64), (206, report.fetched));
    assert_eq!(asked[1].range, Some(format!("bytes={}-", report.resumed)));
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_file_that_changes_between_two_attempts_comes_whole_in_its_new_form() {
    let case = Case::new("changed.tif");
    let file = case.file();
    let gate = Gate::cutting(&case, 1_234_567, move || put(&file, 2, SIZE + 10)).await;
    let report = case.download(&gate.url, "/").run().await.unwrap();
    case.assert_holds(&report, 2, SIZE + 10);
    let asked = case.asked(2).await;
    assert!(asked[1].range.is_some() && asked[1].if_range.is_some(), "{asked:?}");
    assert_eq!((asked[1].status, asked[1].sent), (200, SIZE + 10));
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_file_that_changes_between_two_runs_comes_whole_in_its_new_form() {
    let case = Case::new("replaced.tif");
    case.put(2, SIZE);
    let digests = case.digests().await;
    case.put(1, SIZE);
    drop_after(case.download(&case.url, "/slow/").expect(Some(SIZE as u64), digests.clone()), 900_000).await;
    case.put(2, SIZE);
    let report = case.download(&case.url, "/").expect(Some(SIZE as u64), digests).run().await.unwrap();
    case.assert_holds(&report, 2, SIZE);
    let asked = case.asked(2).await;
    assert!(asked[1].range.is_some() && asked[1].if_range.is_some(), "{asked:?}");
    assert_eq!((asked[1].status, asked[1].sent), (200, SIZE));
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_file_that_became_shorter_than_its_part_under_the_same_validator_comes_anew() {
    let case = Case::new("shorter.tif");
    case.put(3, 500_000);
    let digests = case.digests().await;
    case.put(1, SIZE);
    let file = case.file();
    let gate = Gate::cutting(&case, 1_234_567, move || put(&file, 3, 500_000)).await;
    let report = case.download(&gate.url, "/fixed/").expect(None, digests).run().await.unwrap();
    case.assert_holds(&report, 3, 500_000);
    let asked = case.asked(3).await;
    assert_eq!(asked.iter().map(|asked| asked.status).collect::<Vec<_>>(), [200, 416, 200]);
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn halves_of_two_files_under_one_validator_are_told_by_the_digest_and_the_file_comes_anew() {
    let case = Case::new("halves.tif");
    case.put(2, SIZE);
    let digests = case.digests().await;
    case.put(1, SIZE);
    let file = case.file();
    let gate = Gate::cutting(&case, 1_234_567, move || put(&file, 2, SIZE)).await;
    let report = case.download(&gate.url, "/fixed/").expect(Some(SIZE as u64), digests).run().await.unwrap();
    case.assert_holds(&report, 2, SIZE);
    let asked = case.asked(3).await;
    assert_eq!(asked.iter().map(|asked| asked.status).collect::<Vec<_>>(), [200, 206, 200]);
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_server_without_ranges_or_with_weak_validators_sends_the_file_anew() {
    for (name, location) in [("ranges.tif", "/whole/"), ("weak.tif", "/chunked/")] {
        let case = Case::new(name);
        let gate = Gate::cutting(&case, 1_234_567, || {}).await;
        let report = case.download(&gate.url, location).expect(None, case.digests().await).run().await.unwrap();
        case.assert_holds(&report, 1, SIZE);
        assert_eq!((report.resumed, report.attempts), (0, 2), "{name}");
        let asked = case.asked(2).await;
        assert_eq!(asked[1].status, 200, "{name}: {asked:?}");
        assert_eq!(asked[1].range.is_some(), name == "ranges.tif", "a weak validator proves nothing: {asked:?}");
    }
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_file_whose_length_nobody_tells_is_complete_when_its_chunks_end() {
    let case = Case::new("chunked.tif");
    let report = case.download(&case.url, "/chunked/").run().await.unwrap();
    case.assert_holds(&report, 1, SIZE);
    assert_eq!(report.verified, Verified::Length);
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_body_that_ends_with_its_connection_is_taken_only_where_a_digest_tells_that_it_is_whole() {
    let case = Case::new("endless.tif");
    let error = case.download(&case.url, "/endless/").run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    assert!(!case.left().contains(&"a.tif".to_owned()));

    let gate = Gate::cutting(&case, 1_234_567, || {}).await;
    let report = case.download(&gate.url, "/endless/").expect(None, case.digests().await).run().await.unwrap();
    case.assert_holds(&report, 1, SIZE);
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_page_to_log_in_never_takes_the_name_of_a_file() {
    let case = Case::new("login.tif");
    let error = case.download(&case.url, "/login/").expect(Some(SIZE as u64), case.digests().await).run().await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity, "{error}");
    assert!(!case.left().contains(&"a.tif".to_owned()));
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn a_file_that_nginx_does_not_have_is_not_found() {
    let case = Case::new("gone.tif");
    fs::remove_file(case.file()).unwrap();
    let error = case.download(&case.url, "/").run().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(case.left().is_empty());
}

#[tokio::test]
#[ignore = "needs nginx"]
async fn many_files_come_side_by_side() {
    let case = Case::new("many.tif");
    let digests = case.digests().await;
    let mut all = JoinSet::new();
    for number in 0..16 {
        let download = case.download(&case.url, "/").name(&format!("{number}/a.tif")).unwrap();
        all.spawn(download.expect(Some(SIZE as u64), digests.clone()).run());
    }
    let mut reports = 0;
    while let Some(report) = all.join_next().await {
        assert_eq!(report.unwrap().unwrap().size, SIZE as u64);
        reports += 1;
    }
    assert_eq!(reports, 16);
}
