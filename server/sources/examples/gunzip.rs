//! Unpacks a file and forgets it: the floor that `make bench` holds imports against.

use std::io::Error;

fn main() -> Result<(), Error> {
    let path = std::env::args_os().nth(1).ok_or_else(|| Error::other("usage: gunzip FILE"))?;
    let mut packed =
        flate2::bufread::MultiGzDecoder::new(std::io::BufReader::new(std::fs::File::open(path)?));
    std::io::copy(&mut packed, &mut std::io::sink()).map(drop)
}
