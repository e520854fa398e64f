// What a prompt asks to see, as far as a table of words can tell: a subject, a mood of light and colour, and
// details.
#pragma once

#include <cstdint>
#include <string_view>

#include "sandbox/picture/color.h"

namespace pixazo::sandbox {

enum class Subject { kMountains, kSea, kMeadow, kDesert, kCity, kBlossom, kStudio, kFlow };
inline constexpr int kSubjects = 8;

enum class Light {
  kSunset,
  kDawn,
  kDay,
  kNight,
  kNeon,
  kMars,
  kSpring,
  kMist,
  kSavanna,
  kAurora,
  kStudioWarm
};

enum Detail : uint32_t {
  kVillage = 1u << 0,
  kTrees = 1u << 1,
  kLake = 1u << 2,
  kBirds = 1u << 3,
  kStars = 1u << 4,
  kBoat = 1u << 5,
  kIce = 1u << 6,
  kFlowers = 1u << 7,
  kAircraft = 1u << 8,
  kPlanets = 1u << 9,
  kSparrow = 1u << 10,
  kBigClouds = 1u << 11,
  kAcacia = 1u << 12,
  kSnow = 1u << 13,
  kFlamingo = 1u << 14,
  kAstronaut = 1u << 15,
  kLion = 1u << 16,
  kDog = 1u << 17,
  kLighthouse = 1u << 18,
};

struct Mood {
  Color sky_top, sky_middle, sky_low;
  Color sun;        // or moon
  Color far, near;  // hills: in the haze, at our feet
  Color accent;     // windows, petals, lamps
  Color cloud;
  float sun_height;  // 0: horizon, 1: top of the sky
  bool dark;         // stars come out, windows are lit
};

struct Theme {
  Subject subject = Subject::kMountains;
  Light light = Light::kDay;
  uint32_t details = 0;
  bool Has(Detail d) const { return (details & d) != 0; }
};

Theme ReadPrompt(std::string_view prompt, uint64_t seed);
Mood MoodOf(Light light, uint64_t seed);  // the light's colours, varied a little by the seed

}  // namespace pixazo::sandbox
