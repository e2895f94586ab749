// Table 1 of the paper: the channels of the nine inception modules, and those of the small network.
#pragma once
#include "googlenet.hpp"

namespace cnn::lab14 {

inline std::vector<Module> googlenet_modules() {
    //                in  1×1  3×3        5×5       pool
    return {{"3a", 28, {192, 64, 96, 128, 16, 32, 32}},     {"3b", 28, {256, 128, 128, 192, 32, 96, 64}},
            {"4a", 14, {480, 192, 96, 208, 16, 48, 64}},    {"4b", 14, {512, 160, 112, 224, 24, 64, 64}},
            {"4c", 14, {512, 128, 128, 256, 24, 64, 64}},   {"4d", 14, {512, 112, 144, 288, 32, 64, 64}},
            {"4e", 14, {528, 256, 160, 320, 32, 128, 128}}, {"5a", 7, {832, 256, 160, 320, 32, 128, 128}},
            {"5b", 7, {832, 384, 192, 384, 48, 128, 128}}};
}

// For images of `side` × `side` pixels, which poolings of 3×3, stride 2, bring down to 16, 8 and 4 (28: to 14, 7, 3).
inline std::vector<Module> small_modules(Index side) {
    const bool large = side >= 32;
    return {{"3a", large ? 16 : 14, {24, 16, 16, 24, 4, 8, 8}},
            {"3b", large ? 16 : 14, {56, 24, 24, 32, 4, 8, 8}},
            {"4a", large ? 8 : 7, {72, 32, 32, 64, 8, 16, 16}},
            {"4b", large ? 8 : 7, {128, 32, 32, 64, 8, 16, 16}},
            {"5a", large ? 4 : 3, {128, 64, 48, 96, 12, 24, 24}}};
}

}  // namespace cnn::lab14
