//! One request to a server on this machine, and a server of one kind of request.
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

fn read_message(stream: &mut impl BufRead) -> Option<(String, Vec<u8>)> {
    let mut first = String::new();
    stream.read_line(&mut first).ok().filter(|size| *size > 0)?;
    let mut length = None;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().ok();
            }
        }
    }
    let mut body = Vec::new();
    match length {
        Some(length) => {
            body.resize(length, 0);
            stream.read_exact(&mut body).ok()?;
        }
        None => {
            stream.read_to_end(&mut body).ok()?;
        }
    }
    Some((first, body))
}

/// GET, or POST with a body; the answer's body.
pub fn ask(base: &str, path: &str, body: Option<&str>) -> String {
    let host = base.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let method = if body.is_some() { "POST" } else { "GET" };
    let body = body.unwrap_or("");
    write!(stream, "{} {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{}", method, path, host,
           body.len(), body).unwrap();
    let (first, body) = read_message(&mut BufReader::new(stream)).unwrap();
    assert!(first.contains(" 200 "), "{}", first);
    String::from_utf8(body).unwrap()
}

/// Serves on a free port until the program ends; `take` gets path and body of every POST. The server's address.
pub fn serve(take: impl Fn(&str, &[u8]) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            if let Some((first, body)) = read_message(&mut BufReader::new(&mut stream)) {
                take(first.split(' ').nth(1).unwrap_or(""), &body);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            }
        }
    });
    url
}
