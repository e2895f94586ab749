#include "kernels/hog.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <mutex>
#include <numbers>
#include <vector>

#include "kernels/parallel.hpp"
#include "tensor/error.hpp"

namespace cnn::kernels {
namespace {

// The votes of every gradient that two bytes can give, those with gy < 0 folded on their opposites: 1.1 MB, of which a
// photo, with its mostly small differences, touches little. OpenCV's vectors of roots and angles take longer.
struct VoteTable {
    struct Vote {
        float lower, upper;  // what the bins `slot - 1` and `slot` get
    };
    std::vector<Vote> votes;
    std::vector<std::uint8_t> slots;

    static constexpr Index columns = 511;  // gx from -255 to 255
    static Index place(int gx, int gy) {
        const int sign = gy >> 31;  // -1 where gy < 0: both change their signs
        return static_cast<Index>((gy ^ sign) - sign) * columns + ((gx ^ sign) - sign) + 255;
    }
};

VoteTable make_table(Index bins, bool shared) {
    VoteTable table;
    table.votes.resize(256 * VoteTable::columns);
    table.slots.resize(table.votes.size());
    for (int gy = 0; gy < 256; ++gy)
        for (int gx = -255; gx < 256; ++gx) {
            double turn = std::atan2(gy, gx) / std::numbers::pi;
            if (turn >= 1) turn = 0;
            const double position = turn * static_cast<double>(bins) - (shared ? 0.5 : 0), below = std::floor(position);
            const double length = std::hypot(gx, gy), upper = shared ? position - below : 0;
            const auto at = static_cast<std::size_t>(VoteTable::place(gx, gy));
            table.votes[at] = {static_cast<float>(length * (1 - upper)), static_cast<float>(length * upper)};
            table.slots[at] = static_cast<std::uint8_t>(below + 1);
        }
    return table;
}

// Made when first asked for, 5 ms, and kept.
std::shared_ptr<const VoteTable> table_for(Index bins, bool shared) {
    struct Kept {
        Index bins;
        bool shared;
        std::shared_ptr<const VoteTable> table;
    };
    static std::mutex mutex;
    static std::vector<Kept> all;
    const std::lock_guard lock(mutex);
    for (const Kept& kept : all)
        if (kept.bins == bins && kept.shared == shared) return kept.table;
    all.push_back({bins, shared, std::make_shared<const VoteTable>(make_table(bins, shared))});
    return all.back().table;
}

// The two cells, `first` and the next, between which a row or column of pixels divides its votes.
struct Share {
    Index first;
    float of_first, of_next;
};

std::vector<Share> shares(Index cells, Index cell, bool shared) {
    std::vector<Share> all(static_cast<std::size_t>(cells * cell));
    for (Index i = 0; i < cells * cell; ++i) {
        const float position = (static_cast<float>(i) + 0.5f) / static_cast<float>(cell) - 0.5f;
        const float below = std::floor(position), part = position - below;
        const auto first = static_cast<Index>(below);
        const float whole = i / cell == first ? 1.0f : 0.0f;
        all[static_cast<std::size_t>(i)] = shared ? Share{first, 1 - part, part} : Share{first, whole, 1 - whole};
    }
    return all;
}

// One row of pixels, as places in the table.
void look_up_row(const Pixels& pixels, Index i, Index columns, std::int32_t* places) {
    const Index channels = pixels.channels, pitch = pixels.width * channels;
    const std::uint8_t* row = pixels.levels + i * pitch;
    const bool at_border = i == 0 || i == pixels.height - 1;
    const std::uint8_t *above = at_border ? row : row - pitch, *below = at_border ? row : row + pitch;
    const auto look_up = [&](Index j, Index left, Index right) {
        int best_x = 0, best_y = 0, best = 0;
        for (Index c = 0; c < channels; ++c) {
            const int gx = row[right * channels + c] - row[left * channels + c];
            const int gy = below[j * channels + c] - above[j * channels + c];
            const int strength = gx * gx + gy * gy;
            if (strength > best) best_x = gx, best_y = gy, best = strength;
        }
        places[j] = static_cast<std::int32_t>(VoteTable::place(best_x, best_y));
    };
    const Index inside = std::min(columns, pixels.width - 1);
    look_up(0, 0, 0);
    if (channels == 1)  // by far the commonest other number, without the search
        for (Index j = 1; j < inside; ++j)
            places[j] = static_cast<std::int32_t>(VoteTable::place(row[j + 1] - row[j - 1], below[j] - above[j]));
    else
        for (Index j = 1; j < inside; ++j) look_up(j, j - 1, j + 1);
    if (columns == pixels.width && columns > 1) look_up(columns - 1, columns - 1, columns - 1);
}

// What one call works with.
struct Counting {
    const Pixels& pixels;
    const VoteTable& table;
    Index bins, columns, slots;  // columns of cells; a slot before the first bin and one after the last
    std::vector<Share> across;
    Index line() const { return (columns + 2) * slots; }  // a cell before the first and one after the last
};

// Adds the votes of one row of pixels to `line`, which begins one cell before the picture.
void count_row(const Counting& counting, const std::int32_t* places, float* line) {
    const auto pixels = static_cast<Index>(counting.across.size());
    const Index slots = counting.slots;
    for (Index j = 0; j < pixels; ++j) {
        const Share& share = counting.across[static_cast<std::size_t>(j)];
        const auto at = static_cast<std::size_t>(places[j]);
        const VoteTable::Vote vote = counting.table.votes[at];
        float* cell = line + (share.first + 1) * slots + counting.table.slots[at];
        cell[0] += share.of_first * vote.lower;
        cell[1] += share.of_first * vote.upper;
        cell[slots] += share.of_next * vote.lower;
        cell[slots + 1] += share.of_next * vote.upper;
    }
}

// The rows of pixels `begin` to `end` - 1 all divide their votes between the same two rows of cells: `first` and `next`
// get them as lines.
void count_band(const Counting& counting, const std::vector<Share>& down, Index begin, Index end, float* first,
                float* next) {
    const Index length = counting.line();
    std::vector<float> line(static_cast<std::size_t>(length));
    std::vector<std::int32_t> places(counting.across.size());
    for (Index i = begin; i < end; ++i) {
        look_up_row(counting.pixels, i, static_cast<Index>(places.size()), places.data());
        std::ranges::fill(line, 0.0f);
        count_row(counting, places.data(), line.data());
        const Share& share = down[static_cast<std::size_t>(i)];
        for (Index at = 0; at < length; ++at) {
            first[at] += share.of_first * line[static_cast<std::size_t>(at)];
            next[at] += share.of_next * line[static_cast<std::size_t>(at)];
        }
    }
}

}  // namespace

Tensor hog_cells(const Pixels& pixels, const HogSettings& settings) {
    const auto [cell, block, bins, shared] = settings;
    require(cell >= 1 && bins >= 1 && bins <= 180 && pixels.channels >= 1,
            "hog_cells: cells of {} pixels, {} bins, {} channels; expected 1 or more, and at most 180 bins", cell, bins,
            pixels.channels);
    const Index rows = pixels.height / cell, columns = pixels.width / cell;
    Tensor cells({rows, columns, bins});
    if (cells.empty()) return cells;
    const auto table = table_for(bins, shared);
    const Counting counting{pixels, *table, bins, columns, bins + 2, shares(columns, cell, shared)};
    const std::vector<Share> down = shares(rows, cell, shared);

    // Band b lies between the middles of the rows of cells b - 1 and b, and keeps a line of votes for each of the two:
    // bands are independent, and the order of the sums does not depend on who counted them.
    const Index length = counting.line();
    std::vector<float> lines(static_cast<std::size_t>(2 * (rows + 1) * length));
    parallel(rows + 1, cell * columns * cell * 8, [&](Index band) {
        const auto begin = std::ranges::lower_bound(down, band - 1, {}, &Share::first),
                   end = std::ranges::lower_bound(down, band, {}, &Share::first);
        float* first = lines.data() + 2 * band * length;
        count_band(counting, down, begin - down.begin(), end - down.begin(), first, first + length);
    });
    for (Index r = 0; r < rows; ++r) {
        const float *above = lines.data() + (2 * r + 1) * length, *below = lines.data() + 2 * (r + 1) * length;
        for (Index c = 0; c < columns; ++c)
            for (Index slot = 0; slot < bins + 2; ++slot) {
                const Index at = (c + 1) * counting.slots + slot;
                cells(r, c, (slot + bins - 1) % bins) += above[at] + below[at];
            }
    }
    return cells;
}

namespace {

// Four sums at a time: one would wait for itself.
float sum_of_squares(const float* v, Index count) {
    std::array<float, 4> sums{};
    Index d = 0;
    for (; d + 4 <= count; d += 4)
        for (std::size_t k = 0; k < 4; ++k) {
            const float value = v[d + static_cast<Index>(k)];
            sums[k] += value * value;
        }
    for (; d < count; ++d) sums[0] += v[d] * v[d];
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

void normalize(float* v, Index count) {
    constexpr float epsilon = 1e-3f, most = 0.2f;
    const float factor = 1 / std::sqrt(sum_of_squares(v, count) + epsilon * epsilon);
    for (Index d = 0; d < count; ++d) v[d] = std::min(v[d] * factor, most);
    const float again = 1 / std::sqrt(sum_of_squares(v, count) + epsilon * epsilon);
    for (Index d = 0; d < count; ++d) v[d] *= again;
}

}  // namespace

Tensor hog_blocks(const Tensor& cells, Index block) {
    require(cells.rank() == 3 && block >= 1 && cells.size(0) >= block && cells.size(1) >= block,
            "hog_blocks: expected cells [R, C, bins] with room for a block of {} × {} cells, got {}", block, block,
            cells.shape());
    const Index bins = cells.size(2), length = block * block * bins;
    const Index rows = cells.size(0) - block + 1, columns = cells.size(1) - block + 1;
    Tensor blocks = Tensor::uninitialized({rows, columns, length});
    parallel(rows, columns * length * 4, [&](Index r) {
        for (Index c = 0; c < columns; ++c) {
            float* v = blocks.data() + (r * columns + c) * length;
            for (Index i = 0; i < block; ++i)  // the cells of one row of the block lie side by side
                std::copy_n(cells.data() + ((r + i) * cells.size(1) + c) * bins, block * bins, v + i * block * bins);
            normalize(v, length);
        }
    });
    return blocks;
}

}  // namespace cnn::kernels
