#include "sandbox/picture/theme.h"

#include <array>
#include <iterator>
#include <optional>

#include "sandbox/random.h"

namespace pixazo::sandbox {
namespace {

// One word of a prompt and what it votes for. A word matches where a word of the prompt begins with it.
struct Cue {
  std::string_view word;
  std::optional<Subject> subject;
  std::optional<Light> light;
  uint32_t details = 0;
  int weight = 2;
};

constexpr auto kNoSubject = std::nullopt;
constexpr auto kNoLight = std::nullopt;

constexpr Cue kCues[] = {
    {"mountain", Subject::kMountains, kNoLight, kTrees, 4},
    {"fjord", Subject::kMountains, kNoLight, kLake | kTrees, 5},
    {"lake", Subject::kMountains, kNoLight, kLake | kTrees},
    {"forest", Subject::kMountains, Light::kMist, kTrees, 3},
    {"village", Subject::kMountains, kNoLight, kVillage | kTrees, 3},
    {"castle", Subject::kMountains, kNoLight, kVillage, 3},
    {"snow", Subject::kMountains, kNoLight, kSnow | kTrees},
    {"winter", Subject::kMountains, kNoLight, kSnow | kTrees},
    {"ghibli", Subject::kMeadow, Light::kDay, kBigClouds | kFlowers},
    {"anime", Subject::kMeadow, Light::kDay, kBigClouds | kFlowers},
    {"meadow", Subject::kMeadow, kNoLight, kFlowers | kBigClouds, 4},
    {"grass", Subject::kMeadow, kNoLight, kFlowers, 3},
    {"boho", Subject::kMeadow, Light::kDawn, kFlowers, 3},
    {"garden", Subject::kMeadow, Light::kSpring, kFlowers, 3},
    {"flower", Subject::kMeadow, Light::kSpring, kFlowers},
    {"field", Subject::kMeadow, kNoLight, kFlowers},
    {"sea", Subject::kSea, kNoLight, kBoat, 3},
    {"ocean", Subject::kSea, kNoLight, kBoat, 4},
    {"beach", Subject::kSea, kNoLight, kBirds, 4},
    {"boat", Subject::kSea, kNoLight, kBoat, 4},
    {"ship", Subject::kSea, kNoLight, kBoat, 4},
    {"harbo", Subject::kSea, kNoLight, kBoat, 4},
    {"coast", Subject::kSea, kNoLight, kBirds, 3},
    {"lighthouse", Subject::kSea, kNoLight, kLighthouse | kBirds, 6},
    {"pool", Subject::kSea, Light::kDay, 0, 4},
    {"flamingo", Subject::kSea, kNoLight, kFlamingo, 3},
    {"iceberg", Subject::kSea, Light::kNight, kIce, 6},
    {"1912", Subject::kSea, Light::kNight, kIce | kStars, 8},
    {"desert", Subject::kDesert, kNoLight, 0, 4},
    {"dune", Subject::kDesert, kNoLight, 0, 4},
    {"mars", Subject::kDesert, Light::kMars, kPlanets | kStars, 8},
    {"planet", Subject::kDesert, Light::kMars, kPlanets | kStars, 4},
    {"astronaut", Subject::kDesert, Light::kMars, kPlanets | kStars | kAstronaut, 3},
    {"lion", Subject::kDesert, Light::kSavanna, kAcacia | kBirds | kLion, 6},
    {"savanna", Subject::kDesert, Light::kSavanna, kAcacia | kBirds, 6},
    {"dog", Subject::kMeadow, kNoLight, kDog | kBigClouds, 4},
    {"elephant", Subject::kDesert, Light::kSavanna, kAcacia, 5},
    {"city", Subject::kCity, kNoLight, 0, 6},
    {"skyline", Subject::kCity, kNoLight, 0, 6},
    {"street", Subject::kCity, kNoLight, 0, 3},
    {"neon", Subject::kCity, Light::kNeon, 0, 3},
    {"futuristic", Subject::kCity, kNoLight, kAircraft, 2},
    {"cyberpunk", Subject::kCity, Light::kNeon, kAircraft, 5},
    {"flying", kNoSubject, kNoLight, kAircraft},
    {"blossom", Subject::kBlossom, Light::kSpring, 0, 8},
    {"cherry", Subject::kBlossom, Light::kSpring, 0, 4},
    {"branch", Subject::kBlossom, kNoLight, 0, 3},
    {"sparrow", Subject::kBlossom, Light::kSpring, kSparrow, 5},
    {"bird", kNoSubject, kNoLight, kBirds | kSparrow, 1},
    {"studio lighting", Subject::kStudio, Light::kStudioWarm, 0, 8},
    {"professional", Subject::kStudio, Light::kStudioWarm, 0, 3},
    {"lighting", Subject::kStudio, Light::kStudioWarm, 0, 3},
    {"product", Subject::kStudio, Light::kStudioWarm, 0, 5},
    {"basket", Subject::kStudio, Light::kStudioWarm, 0, 5},
    {"portrait", Subject::kStudio, kNoLight, 0, 1},
    {"abstract", Subject::kFlow, kNoLight, 0, 6},
    {"pattern", Subject::kFlow, kNoLight, 0, 5},
    {"flow", Subject::kFlow, kNoLight, 0, 4},
    {"wave", Subject::kFlow, kNoLight, 0, 2},
    {"sunny", kNoSubject, Light::kDay, 0, 4},
    {"noon", kNoSubject, Light::kDay, 0, 4},
    {"sunset", kNoSubject, Light::kSunset, 0, 4},
    {"golden hour", kNoSubject, Light::kSunset, 0, 4},
    {"evening", kNoSubject, Light::kSunset, 0, 3},
    {"sunrise", kNoSubject, Light::kDawn, 0, 4},
    {"dawn", kNoSubject, Light::kDawn, 0, 4},
    {"morning", kNoSubject, Light::kDawn, 0, 3},
    {"night", kNoSubject, Light::kNight, kStars, 4},
    {"moon", kNoSubject, Light::kNight, kStars, 3},
    {"star", kNoSubject, Light::kNight, kStars, 2},
    {"aurora", Subject::kMountains, Light::kAurora, kStars | kTrees, 6},
    {"fog", kNoSubject, Light::kMist, 0, 4},
    {"mist", kNoSubject, Light::kMist, 0, 4},
    {"spring", kNoSubject, Light::kSpring, kFlowers, 3},
};

constexpr Subject kAnySubject[] = {Subject::kMountains, Subject::kSea, Subject::kMeadow, Subject::kDesert,
                                   Subject::kFlow};
constexpr Light kAnyLight[] = {Light::kSunset, Light::kDawn, Light::kDay,
                               Light::kNight,  Light::kMist, Light::kAurora};
constexpr int kLights = 11;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool IsWordCharacter(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool Mentions(std::string_view prompt, std::string_view word) {
  for (size_t i = 0; i + word.size() <= prompt.size(); ++i) {
    if (i > 0 && IsWordCharacter(Lower(prompt[i - 1]))) continue;
    size_t n = 0;
    while (n < word.size() && Lower(prompt[i + n]) == word[n]) ++n;
    if (n == word.size()) return true;
  }
  return false;
}

template <size_t N>
int Winner(const std::array<int, N>& votes) {
  int best = -1, most = 0;
  for (size_t i = 0; i < N; ++i)
    if (votes[i] > most) most = votes[i], best = static_cast<int>(i);
  return best;
}

constexpr Mood kMoods[kLights] = {
    // sky: top, middle, low; sun; far, near; accent; cloud; sun's height; dark
    {Hex(0x2b2d6e), Hex(0xc8527a), Hex(0xffc46b), Hex(0xfff0c0), Hex(0xc2607a), Hex(0x1d1733), Hex(0xffd27a),
     Hex(0xff9d7a), 0.46f, false},
    {Hex(0x6a83c4), Hex(0xf0a8b8), Hex(0xffe7c9), Hex(0xfff6e0), Hex(0xb59cc4), Hex(0x3a4a5e), Hex(0xff8fa8),
     Hex(0xffd6d6), 0.30f, false},
    {Hex(0x2f7fd0), Hex(0x7fbdf0), Hex(0xdff2fb), Hex(0xfffbe6), Hex(0x9cc3dc), Hex(0x2e6b3c), Hex(0xff7a59),
     Hex(0xffffff), 0.72f, false},
    {Hex(0x060b24), Hex(0x152350), Hex(0x34487c), Hex(0xf3f1e0), Hex(0x26386a), Hex(0x05070f), Hex(0xffd98a),
     Hex(0x3a4b80), 0.66f, true},
    {Hex(0x0d0628), Hex(0x4a1470), Hex(0xf0457f), Hex(0xff8ad0), Hex(0x4a1f78), Hex(0x08040f), Hex(0x35f0ff),
     Hex(0x8a2a90), 0.30f, true},
    {Hex(0x4a2a3a), Hex(0xb8694a), Hex(0xf2c08a), Hex(0xfff3e0), Hex(0xc47a52), Hex(0x54201a), Hex(0x8fd4ff),
     Hex(0xd89a70), 0.34f, false},
    {Hex(0x6fb6e8), Hex(0xb5dcf2), Hex(0xf6ecf2), Hex(0xfffdf0), Hex(0xa8cfc4), Hex(0x4a7a4a), Hex(0xff9ec0),
     Hex(0xffffff), 0.70f, false},
    {Hex(0x8fa7b0), Hex(0xb9cbcf), Hex(0xe6ece8), Hex(0xfdfdf6), Hex(0xa9bfc2), Hex(0x1f3a3a), Hex(0xd98a5a),
     Hex(0xf2f5f2), 0.52f, false},
    {Hex(0x8a3a1e), Hex(0xf08a2e), Hex(0xffdf8a), Hex(0xfffbe0), Hex(0xc8762e), Hex(0x2a1408), Hex(0xffe08a),
     Hex(0xffb060), 0.20f, false},
    {Hex(0x04101f), Hex(0x0b2f3c), Hex(0x1d5a5a), Hex(0xeafff6), Hex(0x164048), Hex(0x02080c), Hex(0x5affb0),
     Hex(0x1c4a50), 0.70f, true},
    {Hex(0x4a4442), Hex(0xa4968c), Hex(0xe0d3c6), Hex(0xfff6e8), Hex(0xb8a89a), Hex(0x6a5d54), Hex(0xd9653b),
     Hex(0xffffff), 0.60f, false},
};

Color Vary(Color c, Random& random) {
  float warm = random.Between(-0.035f, 0.035f), light = random.Between(-0.02f, 0.02f);
  return {Clamp01(c.r + warm + light), Clamp01(c.g + light), Clamp01(c.b - warm + light)};
}

}  // namespace

Theme ReadPrompt(std::string_view prompt, uint64_t seed) {
  std::array<int, kSubjects> subjects{};
  std::array<int, kLights> lights{};
  Theme theme;
  for (const Cue& cue : kCues) {
    if (!Mentions(prompt, cue.word)) continue;
    if (cue.subject) subjects[static_cast<size_t>(*cue.subject)] += cue.weight;
    if (cue.light) lights[static_cast<size_t>(*cue.light)] += cue.weight;
    theme.details |= cue.details;
  }
  Random random(Mix(Hash(prompt) ^ seed));
  int subject = Winner(subjects), light = Winner(lights);
  if (subject < 0) {
    subject = static_cast<int>(kAnySubject[random.Below(static_cast<int>(std::size(kAnySubject)))]);
    theme.details |= random.Chance(0.5) ? kTrees | kLake | kBoat : kBirds | kBigClouds | kFlowers;
  }
  theme.subject = static_cast<Subject>(subject);
  bool open_sky =
      theme.subject == Subject::kMountains || theme.subject == Subject::kSea;  // these look good in any light
  theme.light = light >= 0 ? static_cast<Light>(light) : kAnyLight[random.Below(open_sky ? 6 : 3)];
  return theme;
}

Mood MoodOf(Light light, uint64_t seed) {
  Mood mood = kMoods[static_cast<size_t>(light)];
  Random random(Mix(seed ^ 0x6d6f6f64));
  for (Color* c : {&mood.sky_top, &mood.sky_middle, &mood.sky_low, &mood.far, &mood.near, &mood.accent})
    *c = Vary(*c, random);
  mood.sun_height = Clamp01(mood.sun_height + random.Between(-0.08f, 0.08f));
  return mood;
}

}  // namespace pixazo::sandbox
