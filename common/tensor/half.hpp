// Floating point numbers of 16 bits, as they lie in files.
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace cnn {

// IEEE 754 binary16: sign, 5 bits of exponent, 10 of fraction. Every value is exact as a float.
inline float from_half(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31, fraction = bits & 1023;
    float value = 0;
    if (exponent == 31)
        value = fraction ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
    else if (exponent == 0)
        value = std::ldexp(static_cast<float>(fraction), -24);  // no leading one
    else
        value = std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
    return bits & 0x8000 ? -value : value;
}

// The upper half of a float.
inline float from_bfloat(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

}  // namespace cnn
