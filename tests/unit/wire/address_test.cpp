#include "wire/address.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>

#include <random>

using namespace pixazo::wire;

namespace {

AddressKind Classify(const char* text) {
  if (const auto v4 = ParseIpv4(text)) return ClassifyAddress(v4->data(), v4->size());
  const auto v6 = ParseIpv6(text);
  REQUIRE_MESSAGE(v6.has_value(), text);
  return ClassifyAddress(v6->data(), v6->size());
}

}  // namespace

TEST_CASE("T4: addresses that lead back to this machine are loopback, in every disguise") {
  for (const char* text :
       {"127.0.0.1", "127.255.255.255", "127.1.2.3", "::1", "::ffff:127.0.0.1", "::ffff:7f00:1",
        "64:ff9b::127.0.0.1", "2002:7f00:1::", "2002:7f00:0001:1:2:3:4:5"}) {
    CAPTURE(text);
    CHECK(Classify(text) == AddressKind::kLoopback);
  }
}

TEST_CASE("T4: addresses that are not of the public network are private, in every disguise") {
  for (const char* text : {"0.0.0.0",
                           "0.1.2.3",
                           "10.0.0.0",
                           "10.255.255.255",
                           "100.64.0.0",
                           "100.127.255.255",
                           "169.254.0.1",
                           "169.254.169.254",
                           "169.254.170.2",
                           "172.16.0.0",
                           "172.31.255.255",
                           "192.0.0.1",
                           "192.0.0.192",
                           "192.0.2.1",
                           "192.88.99.1",
                           "192.168.0.0",
                           "192.168.255.255",
                           "198.18.0.0",
                           "198.19.255.255",
                           "198.51.100.7",
                           "203.0.113.7",
                           "224.0.0.1",
                           "239.255.255.255",
                           "240.0.0.1",
                           "255.255.255.255",
                           "::",
                           "::2",
                           "::10.0.0.1",
                           "::127.0.0.1",
                           "::ffff:10.0.0.1",
                           "::ffff:169.254.169.254",
                           "::ffff:0.0.0.0",
                           "::ffff:0:10.0.0.1",
                           "64:ff9b::10.0.0.1",
                           "64:ff9b::a9fe:a9fe",
                           "64:ff9b:1::1",
                           "64:ff9b::1:8.8.8.8",
                           "2002:a00:1::",
                           "2002:a9fe:a9fe::1",
                           "100::1",
                           "2001::1",
                           "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                           "2001:db8::1",
                           "2001:1ff:ffff::",
                           "3fff::1",
                           "3fff:fff::1",
                           "5f00::1",
                           "fc00::1",
                           "fd00::1",
                           "fd00:ec2::254",
                           "fdff:ffff::",
                           "fe80::1",
                           "febf::1",
                           "fec0::1",
                           "ff02::1",
                           "ffff::",
                           "4000::1",
                           "1fff::1"}) {
    CAPTURE(text);
    CHECK(Classify(text) == AddressKind::kPrivate);
  }
}

TEST_CASE("T4: public addresses stay public, also just beside the private ranges") {
  for (const char* text : {"1.1.1.1",
                           "8.8.8.8",
                           "9.255.255.255",
                           "11.0.0.0",
                           "100.63.255.255",
                           "100.128.0.0",
                           "126.255.255.255",
                           "128.0.0.0",
                           "169.253.255.255",
                           "169.255.0.0",
                           "172.15.255.255",
                           "172.32.0.0",
                           "192.0.1.0",
                           "192.0.3.0",
                           "192.88.98.255",
                           "192.167.255.255",
                           "192.169.0.0",
                           "198.17.255.255",
                           "198.20.0.0",
                           "198.51.99.255",
                           "203.0.112.255",
                           "203.0.114.0",
                           "223.255.255.255",
                           "::ffff:8.8.8.8",
                           "64:ff9b::8.8.8.8",
                           "2002:808:808::1",
                           "2001:200::1",
                           "2001:4860:4860::8888",
                           "2606:4700::1111",
                           "2a00::1",
                           "3ffe::1",
                           "3fff:1000::1",
                           "2000::"}) {
    CAPTURE(text);
    CHECK(Classify(text) == AddressKind::kPublic);
  }
}

TEST_CASE("what is no address of 4 or 16 bytes is private") {
  const uint8_t bytes[20] = {8, 8, 8, 8};
  for (const size_t n : {0, 1, 3, 5, 15, 17}) CHECK(ClassifyAddress(bytes, n) == AddressKind::kPrivate);
  CHECK(ClassifyAddress(bytes, 4) == AddressKind::kPublic);
}

TEST_CASE("IPv6 texts are read and written as the system does") {
  std::mt19937_64 random(9);
  for (int i = 0; i < 20'000; ++i) {
    Ipv6Bytes bytes{};
    for (uint8_t& byte : bytes) byte = random() % 3 == 0 ? static_cast<uint8_t>(random()) : 0;
    char system[INET6_ADDRSTRLEN];
    REQUIRE(inet_ntop(AF_INET6, bytes.data(), system, sizeof system) != nullptr);
    CAPTURE(system);
    REQUIRE(ParseIpv6(system) == bytes);
    REQUIRE(ParseIpv6(FormatIpv6(bytes)) == bytes);
    if (std::string_view(system).find('.') == std::string_view::npos) REQUIRE(FormatIpv6(bytes) == system);
  }
}

TEST_CASE("texts the system takes for addresses are taken, and no others") {
  std::mt19937_64 random(10);
  constexpr std::string_view kCharacters = "0123:::..aFg%";
  int valid = 0;
  for (int i = 0; i < 300'000; ++i) {
    std::string text;
    for (size_t n = random() % 12; n > 0; --n) text += kCharacters[random() % kCharacters.size()];
    uint8_t system[16];
    const bool six = inet_pton(AF_INET6, text.c_str(), system) == 1;
    CAPTURE(text);
    const auto ours = ParseIpv6(text);
    REQUIRE(ours.has_value() == six);
    if (six) REQUIRE(std::equal(ours->begin(), ours->end(), system));
    const bool four = inet_pton(AF_INET, text.c_str(), system) == 1;
    if (ParseIpv4(text)) REQUIRE(four);
    valid += six ? 1 : 0;
  }
  CHECK(valid > 1000);
}

TEST_CASE("an IPv4 text is four decimal numbers without leading zeros") {
  CHECK(ParseIpv4("192.168.1.20") == Ipv4Bytes{192, 168, 1, 20});
  for (const char* text :
       {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.4.", ".1.2.3.4", "1..2.3", "01.2.3.4", "1.2.3.04", "256.1.1.1",
        "1.2.3.-4", "1.2.3.+4", "1.2.3.4 ", "0x1.2.3.4", "1.2.3.1e1"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseIpv4(text).has_value());
  }
}
