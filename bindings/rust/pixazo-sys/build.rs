//! Finds libpixazo to link with: in the directory PIXAZO_LIB_DIR, or where the program pkg-config says.
use std::env;
use std::process::Command;

fn pkg_config() -> Result<String, String> {
    let program = env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".to_string());
    let output = Command::new(&program)
        .args(["--libs", "pixazo >= 1.0", "pixazo < 2.0"])
        .output()
        .map_err(|error| format!("{} could not be run: {}", program, error))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).trim().to_string())
    }
}

fn main() {
    for name in ["PIXAZO_LIB_DIR", "PIXAZO_NO_PKG_CONFIG", "PKG_CONFIG", "PKG_CONFIG_PATH"] {
        println!("cargo:rerun-if-env-changed={}", name);
    }
    println!("cargo:rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_DLOPEN").is_some() || env::var_os("DOCS_RS").is_some() {
        return;
    }
    if let Ok(directory) = env::var("PIXAZO_LIB_DIR") {
        println!("cargo:rustc-link-search=native={}", directory);
        println!("cargo:rustc-link-lib=dylib=pixazo");
        println!("cargo:libdir={}", directory);
        return;
    }
    if env::var_os("PIXAZO_NO_PKG_CONFIG").is_some() {
        println!("cargo:rustc-link-lib=dylib=pixazo");
        return;
    }
    match pkg_config() {
        Ok(words) => {
            for word in words.split_whitespace() {
                if let Some(directory) = word.strip_prefix("-L") {
                    println!("cargo:rustc-link-search=native={}", directory);
                    println!("cargo:libdir={}", directory);
                } else if let Some(library) = word.strip_prefix("-l") {
                    println!("cargo:rustc-link-lib=dylib={}", library);
                }
            }
        }
        Err(why) => {
            eprintln!("libpixazo was not found. Set PIXAZO_LIB_DIR to the directory of libpixazo.so, or PKG_CONFIG_PATH to that");
            eprintln!("of pixazo.pc, or build with the feature `dlopen`. pkg-config says: {}", why);
            std::process::exit(1);
        }
    }
}
