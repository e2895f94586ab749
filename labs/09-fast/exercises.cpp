// The tasks of lab 09, compiled into judge and worker alike.
#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "fast.hpp"
#include "grader/exercise.hpp"
#include "probes.hpp"

namespace {

// How many processors this program believes that there are. std::thread::hardware_concurrency() asks for them, too.
int pretended_processors = 2;

}  // namespace

// In front of the C library's: a sum that is grouped by the number of processors shows itself on any machine.
extern "C" int get_nprocs() noexcept { return pretended_processors; }

namespace cnn::lab09 {
namespace {

using namespace std::chrono_literals;

// More than two: TBB takes its time to send a single helper.
constexpr Index threads_asked = 4;

// How many threads there may be, and where they meet. Made once and kept: TBB sends no helpers to arenas that come and
// go.
struct Threads {
    tbb::global_control limit{
        tbb::global_control::max_allowed_parallelism,
        std::max<std::size_t>(threads_asked, static_cast<std::size_t>(tbb::this_task_arena::max_concurrency()))};
    std::map<Index, tbb::task_arena> arenas{};
};

// Runs f where so many threads may help, even on a machine with fewer cores.
template <class F>
void on_threads(Index threads, const F& f) {
    static auto& kept = *new Threads;  // never destroyed: TBB may be gone by then
    const Index count = std::clamp<Index>(threads, 1, threads_asked);
    kept.arenas.try_emplace(count, static_cast<int>(count)).first->second.execute(f);
}

}  // namespace

std::vector<Index> calls_of_each(Index images) {
    std::vector<Index> calls(static_cast<std::size_t>(images));
    std::mutex mutex;
    on_threads(threads_asked, [&] {
        for_each_image(images, [&](Index n) {
            const std::lock_guard lock(mutex);
            ++calls.at(static_cast<std::size_t>(n));
        });
    });
    return calls;
}

namespace {

// Does run(task), which calls task() many times, share the calls out to threads? A task sleeps: then another thread
// gets its turn, however busy the machine is.
template <class Run>
bool shares(const Run& run) {
    constexpr double largest_share = 0.75;
    // The helpers may come late: it is enough that they come once.
    const auto end = std::chrono::steady_clock::now() + 1500ms;
    do {
        std::map<std::thread::id, int> calls;
        std::mutex mutex;
        on_threads(threads_asked, [&] {
            run([&] {
                std::this_thread::sleep_for(1ms);
                const std::lock_guard lock(mutex);
                ++calls[std::this_thread::get_id()];
            });
        });
        int total = 0, most = 0;
        for (const auto& [thread, share] : calls) total += share, most = std::max(most, share);
        if (most < largest_share * total) return true;
    } while (std::chrono::steady_clock::now() < end);
    return false;
}

}  // namespace

bool is_shared_out(Index images) {
    return shares([&](const auto& task) { for_each_image(images, [&](Index) { task(); }); });
}
bool is_sum_shared_out(Index images) {
    return shares([&](const auto& task) {
        sum_over_images(images, [&](Index) {
            task();
            return Tensor({1});
        });
    });
}

std::vector<Index> sum_of_ones(Index images, Index size) {
    Index smallest = images, largest = images;
    // Helpers may come late, and additions that meet are a matter of chance: again, for a while.
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(100);
    do {
        Tensor sum;
        on_threads(threads_asked,
                   [&] { sum = sum_over_images(images, [&](Index) { return Tensor::full({size}, 1); }); });
        require(sum.shape() == Shape{size}, "sum_over_images: a sum {} of terms {}", sum.shape(), Shape{size});
        const auto ends = std::ranges::minmax(sum.values());
        smallest = static_cast<Index>(ends.min), largest = static_cast<Index>(ends.max);
    } while (smallest == images && largest == images && std::chrono::steady_clock::now() < end);
    return {smallest, largest};
}

Tensor sum_of_terms(const Tensor& terms, Index threads) {
    require(terms.rank() >= 2, "sum_of_terms: terms {} have less than two axes", terms.shape());
    const Shape shape(terms.shape().sizes().subspan(1));
    const auto count = static_cast<std::size_t>(shape.count());
    // Each call shakes the schedule in another way: which term is ready first is never twice the same.
    static std::uint32_t calls = 0;
    ++calls;
    pretended_processors = 1 + static_cast<int>(calls % 8);
    Tensor sum;
    on_threads(threads, [&] {
        sum = sum_over_images(terms.size(0), [&](Index n) {
            std::seed_seq seed{calls, static_cast<std::uint32_t>(n)};
            std::minstd_rand random(seed);
            if (threads > 1) std::this_thread::sleep_for(random() % 80 * 1us);
            return Tensor(shape, terms.values().subspan(static_cast<std::size_t>(n) * count, count));
        });
    });
    return sum;
}

}  // namespace cnn::lab09

using namespace cnn::lab09;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "09",
        .topic = "fast",
        .title = "Fast convolution",
        .part = "Learned features: layers",
        .tasks = {{"9.1",
                   "Images as matrices",
                   3,
                   {function(im2col, "im2col(x, n, window) -> columns"),
                    function(col2im, "col2im(columns, image, window) -> dx")}},
                  {"9.2",
                   "The product of matrices: order and blocks",
                   3,
                   {function(multiply_ordered, "multiply_ordered(a, b) -> c"),
                    function(multiply_blocked, "multiply_blocked(a, b) -> c")}},
                  {"9.3",
                   "Convolution as a product",
                   3,
                   {function(conv2d_forward, "conv2d_forward(x, w, b, window) -> y"),
                    function(conv2d_backward_input, "conv2d_backward_input(dy, w, x_shape, window) -> dx"),
                    function(conv2d_backward_filters, "conv2d_backward_filters(x, dy, window) -> gradients")},
                   {"9.1", "9.2", "9.5", "9.4"}},
                  {"9.4",
                   "All cores",
                   2,
                   {function(calls_of_each, "for_each_image(images) -> calls"),
                    function(is_shared_out, "for_each_image_at_work(images) -> shared"),
                    function(sum_of_terms, "sum_over_images(terms, threads) -> sum"),
                    function(is_sum_shared_out, "sum_over_images_at_work(images) -> shared"),
                    function(sum_of_ones, "sum_over_images_of_ones(images, size) -> ends")}},
                  {"9.5", "All lanes", 4, {function(multiply_simd, "multiply_simd(a, b) -> c")}}},
        .timed = true};
    return table;
}
