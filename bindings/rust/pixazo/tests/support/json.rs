//! A reader of JSON that is known to be well-formed.
use std::collections::BTreeMap;
use std::ops::Index;

#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Truth(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    pub fn text(&self) -> &str {
        match self {
            Json::Text(text) => text,
            other => panic!("no text: {:?}", other),
        }
    }

    pub fn list(&self) -> &[Json] {
        match self {
            Json::List(list) => list,
            other => panic!("no list: {:?}", other),
        }
    }

    pub fn is_object(&self) -> bool {
        matches!(self, Json::Object(_))
    }
}

impl Index<&str> for Json {
    type Output = Json;

    fn index(&self, name: &str) -> &Json {
        match self {
            Json::Object(members) => members.get(name).unwrap_or(&Json::Null),
            other => panic!("no object: {:?}", other),
        }
    }
}

pub fn parse(text: &str) -> Json {
    let mut reader = Reader { rest: text };
    let value = reader.value();
    reader.skip();
    assert!(reader.rest.is_empty(), "after the end: {}", reader.rest);
    value
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n'].as_ref());
    }

    fn take(&mut self, word: &str) -> bool {
        self.skip();
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn need(&mut self, word: &str) {
        assert!(self.take(word), "{:?} is missing at {:.40}", word, self.rest);
    }

    fn value(&mut self) -> Json {
        self.skip();
        match self.rest.as_bytes()[0] {
            b'{' => self.object(),
            b'[' => self.list(),
            b'"' => Json::Text(self.string()),
            _ if self.take("null") => Json::Null,
            _ if self.take("true") => Json::Truth(true),
            _ if self.take("false") => Json::Truth(false),
            _ => self.number(),
        }
    }

    fn object(&mut self) -> Json {
        self.need("{");
        let mut members = BTreeMap::new();
        while !self.take("}") {
            self.take(",");
            self.skip();
            let name = self.string();
            self.need(":");
            members.insert(name, self.value());
        }
        Json::Object(members)
    }

    fn list(&mut self) -> Json {
        self.need("[");
        let mut items = Vec::new();
        while !self.take("]") {
            self.take(",");
            items.push(self.value());
        }
        Json::List(items)
    }

    fn number(&mut self) -> Json {
        let end = self.rest.find(|c: char| !"+-.eE0123456789".contains(c)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        Json::Number(number.parse().unwrap_or_else(|_| panic!("no number: {:?}", number)))
    }

    fn string(&mut self) -> String {
        self.need("\"");
        let mut units: Vec<u16> = Vec::new();
        loop {
            let next = self.rest.chars().next().expect("a string ends");
            self.rest = &self.rest[next.len_utf8()..];
            match next {
                '"' => return String::from_utf16(&units).unwrap(),
                '\\' => {
                    let escape = self.rest.chars().next().unwrap();
                    self.rest = &self.rest[escape.len_utf8()..];
                    units.push(match escape {
                        'b' => 8,
                        'f' => 12,
                        'n' => 10,
                        'r' => 13,
                        't' => 9,
                        'u' => {
                            let (digits, rest) = self.rest.split_at(4);
                            self.rest = rest;
                            u16::from_str_radix(digits, 16).unwrap()
                        }
                        other => other as u16,
                    });
                }
                other => units.extend_from_slice(other.encode_utf16(&mut [0; 2])),
            }
        }
    }
}
