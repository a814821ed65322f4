//! A host that is not ours, to which faults send the client. It notes all that it is told.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

pub struct Foreign {
    pub url: String,
    heard: Arc<Mutex<String>>,
    _tasks: JoinSet<()>,
}

impl Foreign {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/elsewhere?x=1", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(String::new()));
        let mut tasks = JoinSet::new();
        tasks.spawn(listen(listener, Arc::clone(&heard)));
        Self { url, heard, _tasks: tasks }
    }

    /// What it was told since it was asked last.
    pub fn heard(&self) -> String {
        std::mem::take(&mut self.heard.lock().unwrap())
    }
}

async fn listen(listener: TcpListener, heard: Arc<Mutex<String>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(answer(stream, Arc::clone(&heard)));
    }
}

async fn answer(mut stream: TcpStream, heard: Arc<Mutex<String>>) {
    let mut buffer = [0; 4096];
    while let Ok(length @ 1..) = stream.read(&mut buffer).await {
        heard.lock().unwrap().push_str(&String::from_utf8_lossy(&buffer[..length]));
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}
