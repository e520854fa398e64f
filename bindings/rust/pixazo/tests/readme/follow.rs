async fn follow(client: &pixazo::Client) -> Result<pixazo::Output, pixazo::Error> {
    let mut job = client.submit(&pixazo::Request::new("sdxl").set("prompt", "a quiet harbour"))?;
    let mut events = job.events(); // all of them, from the first on; with `stream` also a Stream
    while let Some(event) = events.recv().await {
        println!("{}: {} {:.0} %", event.kind(), event.state(), event.progress() * 100.0);
    }
    (&mut job).await?.first()
}
