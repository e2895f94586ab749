// Scenes in which pieces of clothing lie about on photos, and what was found in them.
#pragma once
#include <algorithm>
#include <array>
#include <vector>

#include "data/dataset.hpp"
#include "hog.hpp"
#include "image/drawing.hpp"
#include "tensor/random.hpp"

namespace cnn::lab02 {

// Images of Fashion-MNIST have 28 × 28 pixels; a window leaves some ground around them, as Dalal and Triggs advise.
inline constexpr Index item_side = 28, margin = 4, window_side = item_side + 2 * margin;

// The item on the picture, `side` pixels wide: its black ground lets the picture through.
inline void lay(Image& picture, const Image& item, Index row, Index column, Index side) {
    const Image large = side == item.height ? item : resize(item, side, side);
    for (Index i = 0; i < side; ++i)
        for (Index j = 0; j < side; ++j) {
            if (row + i < 0 || row + i >= picture.height || column + j < 0 || column + j >= picture.width) continue;
            const int level = large(i, j);
            const int cover = std::min(255, 6 * level);  // of 255
            for (Index c = 0; c < picture.channels; ++c) {
                std::uint8_t& pixel = picture(row + i, column + j, c);
                pixel = static_cast<std::uint8_t>((cover * level + (255 - cover) * pixel) / 255);
            }
        }
}

// Each photo whole, half as large, and so on, as long as two windows fit in: pieces of any size are cut out of these.
inline std::vector<Image> grounds(const std::vector<Image>& photos) {
    std::vector<Image> all;
    for (const Image& photo : photos)
        for (Index part = 1; std::min(photo.height, photo.width) / part >= 2 * window_side; part *= 2)
            all.push_back(resize(photo, photo.height / part, photo.width / part));
    return all;
}

// A piece of one of them, from one to two windows wide, made as large as a window.
inline Image any_piece(const std::vector<Image>& grounds, Engine& engine) {
    const Image& ground = grounds[static_cast<std::size_t>(uniform_index(engine, std::ssize(grounds)))];
    const Index side = window_side + uniform_index(engine, window_side + 1);
    const Image piece = crop(ground, uniform_index(engine, ground.height - side + 1),
                             uniform_index(engine, ground.width - side + 1), side, side);
    return resize(piece, window_side, window_side);
}

// A window that shows the item in its middle, on a piece of a photo.
inline Image window_with(const Image& item, const std::vector<Image>& grounds, Engine& engine) {
    Image window = any_piece(grounds, engine);
    lay(window, item, margin, margin, item_side);
    return window;
}

struct Scene {
    Image picture;
    std::vector<Box> wanted;  // where the items of the wanted class lie, as windows
};

// `count` items on a photo, 28 to 112 pixels wide, that do not overlap: every second one of the wanted class, or none
// of them where `wanted` is -1.
inline Scene compose(const Image& photo, const data::Dataset& items, Index avoided, Index wanted, Index count,
                     Engine& engine) {
    Scene scene{photo, {}};
    std::vector<Box> taken;
    const auto pick = [&](bool is_wanted) {
        for (;;) {
            const Index index = uniform_index(engine, items.count());
            const Index label = items.labels[static_cast<std::size_t>(index)];
            if (is_wanted ? label == wanted : label != avoided) return index;
        }
    };
    for (Index tries = 0; tries < 200 && std::ssize(taken) < count; ++tries) {
        const Index side = item_side + uniform_index(engine, 3 * item_side + 1);
        const Index edge = margin * side / item_side, whole = side + 2 * edge;
        if (whole > photo.height || whole > photo.width) continue;
        const Index row = uniform_index(engine, photo.height - whole + 1),
                    column = uniform_index(engine, photo.width - whole + 1);
        const Box box{static_cast<float>(row), static_cast<float>(column), static_cast<float>(whole),
                      static_cast<float>(whole), 0};
        const auto meets = [&](const Box& b) {
            return std::max(box.row, b.row) < std::min(box.row + box.height, b.row + b.height) &&
                   std::max(box.column, b.column) < std::min(box.column + box.width, b.column + b.width);
        };
        if (std::ranges::any_of(taken, meets)) continue;
        const bool is_wanted = wanted >= 0 && taken.size() % 2 == 0;
        lay(scene.picture, items.image(pick(is_wanted)), row + edge, column + edge, side);
        taken.push_back(box);
        if (is_wanted) scene.wanted.push_back(box);
    }
    return scene;
}

// Which detections are right: each may claim one wanted item that nobody has claimed, with half of both in common. The
// detections come by falling score.
inline std::vector<bool> judge(const std::vector<Box>& found, const Scene& scene) {
    std::vector<bool> is_right, is_claimed(scene.wanted.size());
    for (const Box& box : found) {
        bool right = false;
        for (std::size_t i = 0; i < scene.wanted.size() && !right; ++i)
            if (!is_claimed[i] && intersection_over_union(box, scene.wanted[i]) > 0.5f) right = is_claimed[i] = true;
        is_right.push_back(right);
    }
    return is_right;
}

}  // namespace cnn::lab02
