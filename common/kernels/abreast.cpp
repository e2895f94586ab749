#include "kernels/abreast.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include "kernels/correlation.hpp"
#include "kernels/parallel.hpp"
#include "kernels/rows.hpp"

namespace cnn::kernels {
namespace {

bool same_taps(const std::vector<TapPlace>& a, const std::vector<TapPlace>& b) {
    const auto same = [&](const TapPlace& p, const TapPlace& q) {
        return p.tap == q.tap && p.place - a.front().place == q.place - b.front().place;
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

// Places whose taps lie at the same distances, together.
std::vector<std::vector<Index>> classes_of(const AxisTaps& axis) {
    std::vector<std::vector<Index>> all;
    for (std::size_t i = 0; i < axis.size(); ++i) {
        const auto found = std::find_if(all.begin(), all.end(), [&](const std::vector<Index>& places) {
            return same_taps(axis[i], axis[static_cast<std::size_t>(places.front())]);
        });
        (found == all.end() ? all.emplace_back() : *found).push_back(static_cast<Index>(i));
    }
    return all;
}

// Everything that a plan depends on; not the number of images.
using PlanKey = std::tuple<const TileSet*, bool, Index, Index, Index, Index, Index, Index, Index, Index, Index>;

template <class Make>
AbreastPlan kept_plan(bool forward, const Shape& x, const Shape& y, const Window& window, const Make& make) {
    constexpr std::size_t most = 64;  // a learner may try many shapes
    thread_local std::map<PlanKey, AbreastPlan> plans;
    if (plans.size() > most) plans.clear();
    AbreastPlan& plan =
        plans[{&tile_set(), forward, x[1], x[2], x[3], y[1], y[2], y[3], window.size, window.stride, window.padding}];
    if (!plan) plan = std::make_shared<const AbreastCorrelation>(make());
    return plan;
}

const std::vector<TapPlace>& taps_of(const AxisTaps& axis, Index place) {
    return axis[static_cast<std::size_t>(place)];
}

}  // namespace

void load_abreast(const Tensor& x, Index number, float* to) { load_channels_abreast(x, number, 0, x.size(1), to); }

void load_channels_abreast(const Tensor& x, Index number, Index first, Index last, float* to) {
    const Index lanes = tile_set().lanes, map = x.size(2) * x.size(3), image = x.size(1) * map;
    transpose({.from = x.data() + number * lanes * image + first * map,
               .from_pitch = image,
               .rows = std::min(lanes, x.size(0) - number * lanes),
               .columns = (last - first) * map,
               .to = to,
               .to_pitch = lanes,
               .padded_rows = lanes});
}

void store_abreast(const float* from, Index from_pitch, Index number, Index first, Index last, Tensor& y) {
    const Index lanes = tile_set().lanes, map = y.size(2) * y.size(3), image = y.size(1) * map;
    for (Index c = first; c < last; ++c)
        transpose({.from = from + c * from_pitch,
                   .from_pitch = lanes,
                   .rows = map,
                   .columns = std::min(lanes, y.size(0) - number * lanes),
                   .to = y.data() + number * lanes * image + c * map,
                   .to_pitch = image,
                   .padded_rows = map});
}

AxisTaps forward_taps(Index input, Index output, const Window& window) {
    AxisTaps axis(static_cast<std::size_t>(output));
    for (Index i = 0; i < output; ++i)
        for (Index tap = 0; tap < window.size; ++tap) {
            const Index place = i * window.stride + tap - window.padding;
            if (place >= 0 && place < input) axis[static_cast<std::size_t>(i)].push_back({tap, place});
        }
    return axis;
}

AxisTaps backward_taps(Index input, Index output, const Window& window) {
    AxisTaps axis(static_cast<std::size_t>(input));
    for (Index i = 0; i < input; ++i)
        for (Index tap = 0; tap < window.size; ++tap) {
            const Index there = i + window.padding - tap;
            if (there >= 0 && there % window.stride == 0 && there / window.stride < output)
                axis[static_cast<std::size_t>(i)].push_back({tap, there / window.stride});
        }
    return axis;
}

AbreastCorrelation::AbreastCorrelation(const Sizes& shape, const AxisTaps& down, const AxisTaps& across)
    : shape_(shape) {
    const auto columns = classes_of(across);
    for (const auto& rows : classes_of(down))
        for (const auto& some : columns) add_class(down, across, rows, some);
    // The tile that suits the largest class.
    Index runs = 0;
    for (const Class& c : classes_) runs = std::max(runs, static_cast<Index>(c.runs.size()));
    const TileSet& set = tile_set();
    const TileChoice choice = choose_tile(shape.rows, runs, [&](Index vectors) { return set.rows_of_single(vectors); });
    rows_ = divide_up(shape.rows, choice.panels.count), vectors_ = choice.vectors;
}

void AbreastCorrelation::add_class(const AxisTaps& down, const AxisTaps& across, const std::vector<Index>& rows,
                                   const std::vector<Index>& columns) {
    const auto &down_taps = taps_of(down, rows.front()), &across_taps = taps_of(across, columns.front());
    const Index lanes = tile_set().lanes, map = shape_.height * shape_.width;
    Class added;
    if (!down_taps.empty() && !across_taps.empty()) {
        const Index corner = down_taps.front().place * shape_.width + across_taps.front().place;
        const std::size_t depth = static_cast<std::size_t>(shape_.channels) * down_taps.size() * across_taps.size();
        added.w_steps.reserve(depth), added.x_steps.reserve(depth);
        for (Index k = 0; k < shape_.channels; ++k)
            for (const TapPlace& r : down_taps)
                for (const TapPlace& s : across_taps) {
                    added.w_steps.push_back(
                        static_cast<std::int32_t>(k * shape_.channel_step + r.tap * shape_.tap_rows + s.tap));
                    added.x_steps.push_back(
                        static_cast<std::int32_t>((k * map + r.place * shape_.width + s.place - corner) * lanes));
                }
    }
    added.runs.reserve(rows.size() * columns.size());
    for (const Index i : rows)
        for (const Index j : columns) {
            const bool reads = !added.w_steps.empty();
            const Index from =
                reads ? taps_of(down, i).front().place * shape_.width + taps_of(across, j).front().place : 0;
            added.runs.push_back({.b = static_cast<std::int32_t>(from * lanes),
                                  .c = static_cast<std::int32_t>((i * shape_.out_width + j) * lanes),
                                  .lanes = static_cast<std::int32_t>(lanes)});
        }
    classes_.push_back(std::move(added));
}

void AbreastCorrelation::run(const float* x, const float* w, const float* bias, Index first, Index last,
                             float* y) const {
    const TileSet& set = tile_set();
    const Index y_row = shape_.out_height * shape_.out_width * set.lanes;
    std::int32_t places[TileSet::most_groups];
    for (Index m = 0; m < rows_; ++m) places[m] = static_cast<std::int32_t>(m * shape_.row_step);
    for (const Class& c : classes_)
        for (Index row = first; row < last; row += rows_) {
            TileJob job{.depth = std::ssize(c.w_steps), .a = w + row * shape_.row_step, .a_groups = places};
            job.a_steps = c.w_steps.data();
            job.b = x, job.b_steps = c.x_steps.data();
            job.c = y + row * y_row, job.c_row = y_row;
            job.bias = bias ? bias + row : nullptr;
            const Index rows = std::min(rows_, last - row), count = std::ssize(c.runs);
            for (Index i = 0; i < count; i += vectors_) {
                job.runs = &c.runs[static_cast<std::size_t>(i)];
                set.grouped(rows, 1, std::min(vectors_, count - i))(job);
            }
        }
}

AbreastPlan forward_abreast(const Shape& x, const Shape& y, const Window& window) {
    return kept_plan(true, x, y, window, [&] {
        const Index taps = window.size * window.size;
        return AbreastCorrelation({.channels = x[1],
                                   .height = x[2],
                                   .width = x[3],
                                   .rows = y[1],
                                   .out_height = y[2],
                                   .out_width = y[3],
                                   .row_step = x[1] * taps,
                                   .channel_step = taps,
                                   .tap_rows = window.size},
                                  forward_taps(x[2], y[2], window), forward_taps(x[3], y[3], window));
    });
}

AbreastPlan backward_abreast(const Shape& x, const Shape& y, const Window& window) {
    return kept_plan(false, x, y, window, [&] {
        const Index taps = window.size * window.size;
        return AbreastCorrelation({.channels = y[1],
                                   .height = y[2],
                                   .width = y[3],
                                   .rows = x[1],
                                   .out_height = x[2],
                                   .out_width = x[3],
                                   .row_step = taps,
                                   .channel_step = x[1] * taps,
                                   .tap_rows = window.size},
                                  backward_taps(x[2], y[2], window), backward_taps(x[3], y[3], window));
    });
}

bool prefers_abreast(const Shape& x, const Shape& y, const Window& window) {
    const Index lanes = tile_set().lanes, images = x[0];
    const bool full = 4 * images >= 3 * round_up(images, lanes);  // few lanes without an image
    return full && window.size > 1 && (x.count() + y.count()) / images * lanes <= half_second_cache;
}

}  // namespace cnn::kernels
