// Lab 02: hog. Read hog.hpp for what each function promises, README.md for why.
#include "hog.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numbers>

#include "image/drawing.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab02 {

// Task 2.1: the gradient of the strongest channel.
Gradient strongest_gradient(const Image& picture) {
    // TODO 1. Which two pixels does gx(i, j) compare, which two gy(i, j)? picture(i, j, c) is a byte, 0 to 255: which
    //         type can hold 3 - 5?
    // TODO 2. Where is one of the two outside the picture?
    // TODO 3. Of the channels, which one has the longest gradient? When does a later one win?
    const Index height = picture.height, width = picture.width;
    Gradient g{Tensor({height, width}), Tensor({height, width})};
    for (Index i = 0; i < height; ++i)
        for (Index j = 0; j < width; ++j)
            for (Index c = 0; c < picture.channels; ++c) {
                const int gx = j > 0 && j < width - 1 ? picture(i, j + 1, c) - picture(i, j - 1, c) : 0;
                const int gy = i > 0 && i < height - 1 ? picture(i + 1, j, c) - picture(i - 1, j, c) : 0;
                const float x = static_cast<float>(gx), y = static_cast<float>(gy);
                if (x * x + y * y > g.gx(i, j) * g.gx(i, j) + g.gy(i, j) * g.gy(i, j)) g.gx(i, j) = x, g.gy(i, j) = y;
            }
    return g;
}

// One of the two places a vote is divided between, and its share.
struct Share {
    Index place;
    float weight;
};
using Shares = std::array<Share, 2>;

// The whole numbers beside `position`, each with the greater share the nearer it is.
Shares shares(float position) {
    const float below = std::floor(position), part = position - below;
    const Index place = static_cast<Index>(below);
    return {{{place, 1 - part}, {place + 1, part}}};
}
// All of it to the whole number at or below.
Shares whole(float position) { return {{{static_cast<Index>(position), 1}, {0, 0}}}; }

// The angle of (gx, gy) modulo 180°, in half turns: 0 ≤ turn < 1.
float half_turns(float gx, float gy) {
    const float turn = std::atan2(gy, gx) / std::numbers::pi_v<float>;  // -1 … 1
    return turn < 0 ? turn + 1 : turn < 1 ? turn : 0;
}

// Task 2.2: the histogram of every cell.
Tensor cell_histograms(const Gradient& gradient, const Settings& settings) {
    // TODO 1. Refuse what makes no sense. How many rows and columns of whole cells are there?
    // TODO 2. A pixel's direction, from std::atan2(gy, gx), lies in (-180°, 180°]. What brings it into [0°, 180°)?
    // TODO 3. Whole votes first: in which bin, in which cell does pixel (i, j) lie?
    // TODO 4. Shared votes: measured in bins, between which two centres is the angle, how far from each? Measured in
    //         cells, between which two centres is the row, and between which two the column? A vote has eight shares.
    // TODO 5. What comes after the last bin? And what before the first cell?
    const auto& [gx, gy] = gradient;
    const auto [cell, block, bins, shared] = settings;
    require(gx.rank() == 2 && gx.shape() == gy.shape(), "cell_histograms: expected gx and gy [H, W], got {} and {}",
            gx.shape(), gy.shape());
    require(cell >= 1 && bins >= 1, "cell_histograms: cells of {} pixels with {} bins; both must be at least 1", cell,
            bins);
    const Index rows = gx.size(0) / cell, columns = gx.size(1) / cell;
    Tensor histograms({rows, columns, bins});
    const auto share = [&](float position) { return shared ? shares(position - 0.5f) : whole(position); };
    const float side = static_cast<float>(cell);
    for (Index i = 0; i < rows * cell; ++i)
        for (Index j = 0; j < columns * cell; ++j) {
            const float x = gx(i, j), y = gy(i, j), vote = std::sqrt(x * x + y * y);
            for (const auto& [k, of_bin] : share(half_turns(x, y) * static_cast<float>(bins)))
                for (const auto& [r, of_row] : share((static_cast<float>(i) + 0.5f) / side))
                    for (const auto& [c, of_column] : share((static_cast<float>(j) + 0.5f) / side))
                        if (r >= 0 && r < rows && c >= 0 && c < columns)
                            histograms(r, c, (k + bins) % bins) += vote * of_bin * of_row * of_column;
        }
    return histograms;
}

// v divided by √(|v|² + ε²).
Tensor at_unit_length(Tensor v) {
    float sum = epsilon * epsilon;
    for (const float value : v.values()) sum += value * value;
    return v *= 1 / std::sqrt(sum);
}

// Task 2.3: the normalization of one block.
Tensor l2_hys(const Tensor& v) {
    // TODO 1. Divide by the length; ε² goes under the root, so that a block of zeros stays one.
    // TODO 2. Cut at 0.2. How long is the vector now?
    Tensor y = at_unit_length(v);
    for (float& value : y.values()) value = std::min(value, 0.2f);
    return at_unit_length(std::move(y));
}

// Task 2.3: all blocks.
Tensor normalize_blocks(const Tensor& cells, Index block) {
    // TODO 1. Blocks overlap: they begin at every cell. How many rows of blocks are there? Refuse when there is none.
    // TODO 2. Copy the histograms of a block's cells one behind the other. Where does the one of cell (i, j) begin?
    // TODO 3. Normalize them together, and write them to their place.
    require(cells.rank() == 3 && block >= 1 && cells.size(0) >= block && cells.size(1) >= block,
            "normalize_blocks: expected cells [R, C, bins] with room for a block of {} × {} cells, got {}", block,
            block, cells.shape());
    const Index bins = cells.size(2);
    Tensor blocks({cells.size(0) - block + 1, cells.size(1) - block + 1, block * block * bins});
    for (Index r = 0; r < blocks.size(0); ++r)
        for (Index c = 0; c < blocks.size(1); ++c) {
            Tensor v({block * block * bins});
            for (Index i = 0; i < block; ++i)
                for (Index j = 0; j < block; ++j)
                    for (Index k = 0; k < bins; ++k) v((i * block + j) * bins + k) = cells(r + i, c + j, k);
            v = l2_hys(v);
            for (Index d = 0; d < v.count(); ++d) blocks(r, c, d) = v(d);
        }
    return blocks;
}

// Task 2.4: how many numbers.
Index hog_size(Index height, Index width, const Settings& settings) {
    // TODO 1. How many rows and columns of whole cells, of blocks? How many numbers has a block?
    // TODO 2. What if there is no room for a block? Two negative numbers have a positive product.
    const Index rows = height / settings.cell - settings.block + 1,
                columns = width / settings.cell - settings.block + 1;
    return std::max<Index>(rows, 0) * std::max<Index>(columns, 0) * settings.block * settings.block * settings.bins;
}

// The normalized blocks of a picture.
Tensor blocks_of(const Image& picture, const Settings& settings) {
    return normalize_blocks(cell_histograms(strongest_gradient(picture), settings), settings.block);
}

// Task 2.4: the descriptor.
Tensor hog(const Image& picture, const Settings& settings) {
    // TODO 1. Three steps, which you have; then one row of numbers (x.reshaped(shape)).
    Tensor blocks = blocks_of(picture, settings);
    const Index count = blocks.count();
    return std::move(blocks).reshaped({count});
}

// Task 2.5: the scores.
Tensor scores(const Tensor& x, const Svm& svm) {
    // TODO 1. Refuse what does not fit together.
    // TODO 2. For every row: a sum of products, and b.
    require(x.rank() == 2 && svm.w.shape() == Shape{x.size(1)}, "scores: expected x [N, D] and w [D], got {} and {}",
            x.shape(), svm.w.shape());
    Tensor s({x.size(0)});
    for (Index n = 0; n < x.size(0); ++n) {
        float sum = svm.b;
        for (Index d = 0; d < x.size(1); ++d) sum += x(n, d) * svm.w(d);
        s(n) = sum;
    }
    return s;
}

// Refuses labels that do not fit the rows of x.
void require_labels(const char* name, const Tensor& x, const Tensor& labels) {
    require(x.rank() == 2 && x.size(0) >= 1 && labels.shape() == Shape{x.size(0)},
            "{}: expected x [N, D] with N ≥ 1 and a label for each row, got {} and {}", name, x.shape(),
            labels.shape());
}

// Task 2.5: the loss.
float hinge_loss(const Tensor& x, const Tensor& labels, const Svm& svm, float lambda) {
    // TODO 1. What does a row cost whose score is on the right side, and far enough? One on the wrong side?
    // TODO 2. The mean over the rows, and λ/2 times the square of the length of w. b costs nothing.
    require_labels("hinge_loss", x, labels);
    const Tensor s = scores(x, svm);
    float hinges = 0, length = 0;
    for (Index n = 0; n < s.count(); ++n) hinges += std::max(0.0f, 1 - labels(n) * s(n));
    for (const float value : svm.w.values()) length += value * value;
    return lambda / 2 * length + hinges / static_cast<float>(s.count());
}

// Task 2.5: its gradient.
Svm hinge_gradient(const Tensor& x, const Tensor& labels, const Svm& svm, float lambda) {
    // TODO 1. The first term: what is the derivative of λ/2 · w(d)²?
    // TODO 2. A row that costs something: how does 1 - y · (w · x + b) change with w(d), how with b?
    // TODO 3. The others: do they change anything?
    require_labels("hinge_gradient", x, labels);
    const Tensor s = scores(x, svm);
    const float count = static_cast<float>(s.count());
    Svm gradient = svm;
    gradient.w *= lambda;
    gradient.b = 0;
    for (Index n = 0; n < s.count(); ++n) {
        if (labels(n) * s(n) >= 1) continue;
        const float factor = -labels(n) / count;
        for (Index d = 0; d < x.size(1); ++d) gradient.w(d) += factor * x(n, d);
        gradient.b += factor;
    }
    return gradient;
}

// Rows begin to end - 1 of x [N, …].
Tensor rows(const Tensor& x, Index begin, Index end) {
    const Index length = x.count() / x.size(0);
    const auto values =
        x.values().subspan(static_cast<std::size_t>(begin * length), static_cast<std::size_t>((end - begin) * length));
    return x.rank() == 1 ? Tensor({end - begin}, values) : Tensor({end - begin, length}, values);
}

// Task 2.5: training.
Svm train_svm(const Tensor& x, const Tensor& labels, const Training& training) {
    // TODO 1. Begin with zeros. How many has w?
    // TODO 2. An epoch takes rows 0 … batch - 1, then the next ones, … The last batch ends where the rows end.
    //         Tensor({rows, D}, x.values().subspan(first number, count)) copies some rows; labels likewise.
    // TODO 3. One step: the gradient on the batch, times η(t), off w and b. Then t grows by 1.
    require_labels("train_svm", x, labels);
    const auto [lambda, epochs, batch, rate] = training;
    require(batch >= 1, "train_svm: batches of {} rows; at least 1 is needed", batch);
    Svm svm{Tensor({x.size(1)}), 0};
    float t = 0;
    for (Index epoch = 0; epoch < epochs; ++epoch)
        for (Index begin = 0; begin < x.size(0); begin += batch, ++t) {
            const Index end = std::min(begin + batch, x.size(0));
            Svm step = hinge_gradient(rows(x, begin, end), rows(labels, begin, end), svm, lambda);
            const float eta = rate / (1 + rate * lambda * t);
            svm.w -= step.w *= eta;
            svm.b -= eta * step.b;
        }
    return svm;
}

// Task 2.6: how much two boxes have in common.
float intersection_over_union(const Box& a, const Box& b) {
    // TODO 1. From which row to which do they overlap? From which column to which? What if they do not?
    // TODO 2. The area of both together: what is counted twice?
    const float height = std::min(a.row + a.height, b.row + b.height) - std::max(a.row, b.row);
    const float width = std::min(a.column + a.width, b.column + b.width) - std::max(a.column, b.column);
    const float common = std::max(height, 0.0f) * std::max(width, 0.0f);
    const float together = a.height * a.width + b.height * b.width - common;
    return together > 0 ? common / together : 0;
}

// Task 2.6: of the detections of one thing, the best.
std::vector<Box> suppress(const std::vector<Box>& boxes, float most) {
    // TODO 1. Put them in order, the highest score first (std::ranges::stable_sort keeps the order of equal ones).
    // TODO 2. Go through them: which of those that already stay forbid this one?
    std::vector<Box> sorted = boxes, staying;
    std::ranges::stable_sort(sorted, std::ranges::greater(), &Box::score);
    for (const Box& box : sorted)
        if (std::ranges::none_of(staying, [&](const Box& s) { return intersection_over_union(s, box) > most; }))
            staying.push_back(box);
    return staying;
}

// Task 2.6: the scene, smaller and smaller.
std::vector<Image> pyramid(const Image& scene, Index height, Index width, float factor) {
    // TODO 1. What if factor is 1? Refuse what would never end.
    // TODO 2. Level 0 is the scene, if a window fits. Level k is made of the scene itself: why not of level k - 1?
    require(factor > 1, "pyramid: a factor of {} makes nothing smaller; it must be greater than 1", factor);
    std::vector<Image> levels;
    for (double scale = 1;; scale *= static_cast<double>(factor)) {
        const auto rows = static_cast<Index>(std::lround(static_cast<double>(scene.height) / scale));
        const auto columns = static_cast<Index>(std::lround(static_cast<double>(scene.width) / scale));
        if (rows < height || columns < width) return levels;
        levels.push_back(scale == 1 ? scene : resize(scene, rows, columns));
    }
}

// Task 2.6: the detections of one level.
std::vector<Box> scan(const Image& level, const Detector& detector) {
    // TODO 1. Refuse a w of another length. Where the level is smaller than a window, there is nothing to find.
    // TODO 2. The blocks of the level, once. How many rows and columns of blocks has a window? At which cells can a
    //         window begin?
    // TODO 3. The score of a window: w · (its blocks, one behind the other) + b. Nothing has to be copied for that.
    const auto& [svm, height, width, settings, threshold, factor, most] = detector;
    require(svm.w.shape() == Shape{hog_size(height, width, settings)},
            "scan: w {} has not the {} numbers of a window of {} × {}", svm.w.shape(),
            hog_size(height, width, settings), height, width);
    std::vector<Box> found;
    if (level.height < height || level.width < width) return found;
    const Tensor blocks = blocks_of(level, settings);
    const Index rows = height / settings.cell - settings.block + 1,
                columns = width / settings.cell - settings.block + 1;
    for (Index r = 0; r + rows <= blocks.size(0); ++r)
        for (Index c = 0; c + columns <= blocks.size(1); ++c) {
            float score = svm.b;
            Index place = 0;
            for (Index i = 0; i < rows; ++i)
                for (Index j = 0; j < columns; ++j)
                    for (Index d = 0; d < blocks.size(2); ++d) score += svm.w(place++) * blocks(r + i, c + j, d);
            if (score > threshold)
                found.push_back({static_cast<float>(r * settings.cell), static_cast<float>(c * settings.cell),
                                 static_cast<float>(height), static_cast<float>(width), score});
        }
    return found;
}

// Task 2.6: the detections of a scene.
std::vector<Box> detect(const Image& scene, const Detector& detector) {
    // TODO 1. Scan every level of the pyramid. A box there, how large is it in the scene, and where?
    // TODO 2. One thing is found at several places and on several levels. What takes care of that?
    std::vector<Box> found;
    for (const Image& level : pyramid(scene, detector.height, detector.width, detector.factor)) {
        const float down = static_cast<float>(scene.height) / static_cast<float>(level.height);
        const float right = static_cast<float>(scene.width) / static_cast<float>(level.width);
        for (const Box& box : scan(level, detector))
            found.push_back({box.row * down, box.column * right, box.height * down, box.width * right, box.score});
    }
    return suppress(found, detector.most);
}

}  // namespace cnn::lab02
