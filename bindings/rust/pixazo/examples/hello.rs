//! One picture: the example of README.
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = pixazo::Client::builder().environment().build()?;
    let request = pixazo::Request::new("gpt-image-2")
        .set("prompt", "a lighthouse at dusk, oil on canvas")
        .set("quality", "low");
    let done = client.submit(&request)?.wait()?; // or .await
    done.save(std::env::temp_dir().join("lighthouse.png"))?;
    println!("{}x{}, charged {}", done.first()?.width(), done.first()?.height(), done.charged());
    Ok(())
}
