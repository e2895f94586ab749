#include "bench/opencv.hpp"

#include <fmt/format.h>
#include <tbb/global_control.h>

#include <algorithm>
#include <cstdint>

#include "bench/program.hpp"
#include "bench/scene.hpp"
#include "kernels/convolution.hpp"
#include "kernels/hog.hpp"
#include "kernels/sift.hpp"
#include "tensor/error.hpp"

namespace cnn::bench {
namespace {

Tensor gray(int width, int height, float scale) {
    const std::vector<std::uint8_t> levels = scene(width, height);
    Tensor picture = Tensor::uninitialized({height, width});
    std::transform(levels.begin(), levels.end(), picture.data(),
                   [&](std::uint8_t level) { return static_cast<float>(level) * scale; });
    return picture;
}

struct Task {
    const char* name;
    const char* what;
    std::function<void()> run;
    std::vector<double> ours, theirs, ratios;
};

// Both derivatives at once are a convolution with two filters.
Task sobel() {
    const Tensor x = gray(1920, 1080, 1).reshaped({1, 1, 1080, 1920});
    const Tensor w({2, 1, 3, 3}, {-1, 0, 1, -2, 0, 2, -1, 0, 1, -1, -2, -1, 0, 0, 0, 1, 2, 1});
    return {"Sobel",
            "Sobel, both derivatives, 1920 × 1080 floats",
            [x, w] { kernels::conv2d_forward(x, w, {}, {.size = 3, .padding = 1}); },
            {},
            {},
            {}};
}

Task hog() {
    const std::vector<std::uint8_t> all = scene(640, 480);
    std::vector<std::uint8_t> window;
    for (int i = 0; i < 128; ++i) window.insert(window.end(), all.begin() + i * 640, all.begin() + i * 640 + 64);
    return {"HOG window",
            "HOG of a window of 64 × 128",
            [window] {
                kernels::hog_blocks(kernels::hog_cells({window.data(), 128, 64, 1}, {}), 2);
            },
            {},
            {},
            {}};
}

Task sift() {
    const Tensor picture = gray(640, 480, 1.0f / 255);
    return {"SIFT", "SIFT of 640 × 480", [picture] { kernels::sift(picture); }, {}, {}, {}};
}

}  // namespace

void compare_with_opencv(const std::string& filter, int threads, Time time, int pairs) {
    const std::string opponent = program_beside("lab-bench-opencv", "OpenCV", "libopencv-dev");
    const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, static_cast<std::size_t>(threads));
    const Effort effort{.warm_up = 0.05, .sample = 0.01, .total = 0.4, .time = time};
    std::vector<Task> tasks{sobel(), hog(), sift()};
    std::erase_if(tasks,
                  [&](const Task& t) { return std::string_view(t.what).find(filter) == std::string_view::npos; });
    if (tasks.empty()) throw Error(fmt::format("Sobel, HOG and SIFT are compared with OpenCV, not \"{}\"", filter));
    for (int pair = 0; pair < pairs; ++pair) {
        const auto theirs = output_of(fmt::format("'{}' {} {} {}", opponent, threads, effort.total,
                                                  time == Time::processor ? "processor" : "wall"));
        for (Task& task : tasks) {
            task.ours.push_back(rate(task.run, effort).median);
            task.theirs.push_back(theirs.at(task.name).get<double>());
            task.ratios.push_back(task.ours.back() / task.theirs.back());
        }
    }
    fmt::print("milliseconds of ours and of OpenCV, threads: {}; median of {} runs in turn\n{:<44} {:>8} {:>8} {:>7}\n",
               threads, pairs, "", "ours", "OpenCV", "ratio");
    for (const Task& task : tasks) {
        const Spread ratio = spread(task.ratios);
        fmt::print("{:<44} {:>8.3f} {:>8.3f} {:>7.2f}  ({:.2f} to {:.2f})\n", task.what, 1e3 / spread(task.ours).median,
                   1e3 / spread(task.theirs).median, ratio.median, ratio.min, ratio.max);
    }
}

}  // namespace cnn::bench
