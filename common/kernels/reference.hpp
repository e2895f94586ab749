// What the tests compare with: the formulas of the headers as plain loops in double precision.
#pragma once
#include <tbb/global_control.h>

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <ostream>
#include <string>
#include <vector>

#include "kernels/isa.hpp"
#include "tensor/random.hpp"
#include "tensor/tensor.hpp"
#include "tensor/window.hpp"

namespace cnn::kernels::reference {

// Sums in double precision, and beside each the sum of the absolute terms and their number: what its error depends on.
struct Sums {
    explicit Sums(const Shape& shape_) : shape(shape_), value(size()), magnitude(size()), length(size()) {}
    void add(Index at, double term) {
        const auto i = static_cast<std::size_t>(at);
        value[i] += term, magnitude[i] += std::abs(term), length[i] += 1;
    }
    std::size_t size() const { return static_cast<std::size_t>(shape.count()); }

    Shape shape;
    std::vector<double> value, magnitude, length;
};

// Rounding errors of a sum of n floats grow like √n (Higham and Mary 2019); eight times that is never reached by luck.
inline void check_close(const std::string& what, const Tensor& got, const Sums& expected) {
    BOOST_TEST_REQUIRE((got.shape() == expected.shape),
                       what << ": shape " << to_string(got.shape()) << ", expected " << to_string(expected.shape));
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const double error = std::abs(static_cast<double>(got.values()[i]) - expected.value[i]);
        const double allowed = 0x1p-24 * 8 * std::sqrt(expected.length[i] + 1) * expected.magnitude[i];
        if (!(error <= allowed))
            BOOST_ERROR(what << ": element " << i << " of " << to_string(got.shape()) << " is " << got.values()[i]
                             << ", expected " << expected.value[i] << " ± " << allowed);
        if (!(error <= allowed)) return;
    }
    BOOST_TEST(true);
}

// Uses one of the machine's instruction sets while it lives.
class On {
public:
    explicit On(const std::string& isa) { use_instruction_set(isa); }
    ~On() { use_instruction_set({}); }
    On(const On&) = delete;
    On& operator=(const On&) = delete;
};

// The results of f() with one thread and with several must be the same bits.
template <class F>
void check_same_for_any_threads(const std::string& what, const F& f) {
    const auto run = [&](std::size_t threads) {
        const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, threads);
        return f();
    };
    const auto alone = run(1);
    for (int again = 0; again < 3; ++again) BOOST_TEST((run(2) == alone), what << " depends on the number of threads");
    BOOST_TEST((run(3) == alone), what << " depends on the number of threads");
}

struct Case {
    Shape x;
    Index filters;
    Window window;
    friend std::ostream& operator<<(std::ostream& out, const Case& c) {
        return out << "x " << to_string(c.x) << ", " << c.filters << " filters of " << c.window.size << ", stride "
                   << c.window.stride << ", padding " << c.window.padding;
    }
};

// Calls f(x index, w index, y index) for every product in a convolution.
template <class F>
void for_products(const Shape& x, const Shape& y, const Window& window, const F& f) {
    const Index size = window.size;
    for (Index n = 0; n < x[0]; ++n)
        for (Index k = 0; k < y[1]; ++k)
            for (Index i = 0; i < y[2]; ++i)
                for (Index j = 0; j < y[3]; ++j)
                    for (Index c = 0; c < x[1]; ++c)
                        for (Index r = 0; r < size; ++r)
                            for (Index s = 0; s < size; ++s) {
                                const Index row = i * window.stride + r - window.padding;
                                const Index column = j * window.stride + s - window.padding;
                                if (row < 0 || row >= x[2] || column < 0 || column >= x[3]) continue;
                                f(((n * x[1] + c) * x[2] + row) * x[3] + column, ((k * x[1] + c) * size + r) * size + s,
                                  ((n * y[1] + k) * y[2] + i) * y[3] + j);
                            }
}

}  // namespace cnn::kernels::reference
