#include "kernels/dense.hpp"

#include <boost/test/data/test_case.hpp>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

struct Sizes {
    Index n, d, m;
    friend std::ostream& operator<<(std::ostream& out, const Sizes& s) {
        return out << "x [" << s.n << ", " << s.d << "], w [" << s.m << ", " << s.d << "]";
    }
};
const std::vector<Sizes> cases{{1, 1, 1},
                               {1, 400, 120},
                               {64, 400, 120},
                               {128, 120, 84},
                               {128, 84, 10},
                               {7, 13, 3},
                               {2, 1, 17},
                               {17, 1, 2},
                               {1, 2, 1},
                               {31, 37, 41},
                               {3, 1000, 5},
                               {5, 3, 1000},
                               {100, 16, 16},
                               {16, 64, 33},
                               {300, 50, 1},
                               // weights too large for the cache, every size a prime
                               {1, 1031, 131},
                               {17, 131, 1031},
                               {67, 521, 257}};

BOOST_AUTO_TEST_SUITE(dense)

BOOST_DATA_TEST_CASE(agrees_with_the_formula, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const Tensor x = random({c.n, c.d}, 1), w = random({c.m, c.d}, 2), b = random({c.m}, 3), dy = random({c.n, c.m}, 4);
    Sums y(dy.shape()), dx(x.shape()), dw(w.shape()), db(b.shape());
    for (Index n = 0; n < c.n; ++n)
        for (Index m = 0; m < c.m; ++m) {
            for (Index d = 0; d < c.d; ++d) {
                y.add(n * c.m + m, double{x(n, d)} * double{w(m, d)});
                dx.add(n * c.d + d, double{dy(n, m)} * double{w(m, d)});
                dw.add(m * c.d + d, double{dy(n, m)} * double{x(n, d)});
            }
            db.add(m, double{dy(n, m)});
        }
    check_close("y without bias", dense_forward(x, w, {}), y);
    for (Index i = 0; i < c.n * c.m; ++i) y.add(i, double{b(i % c.m)});
    check_close("y", dense_forward(x, w, b), y);
    check_close("dx", dense_backward_input(dy, w), dx);
    const auto gradients = dense_backward_weights(x, dy);
    check_close("dw", gradients.dw, dw);
    check_close("db", gradients.db, db);
}

BOOST_DATA_TEST_CASE(is_the_same_for_any_threads, cases* instruction_sets(), c, isa) {
    const On on(isa);
    const Tensor x = random({c.n, c.d}, 1), w = random({c.m, c.d}, 2), b = random({c.m}, 3), dy = random({c.n, c.m}, 4);
    check_same_for_any_threads("y", [&] { return dense_forward(x, w, b); });
    check_same_for_any_threads("dx", [&] { return dense_backward_input(dy, w); });
    check_same_for_any_threads("dw", [&] { return dense_backward_weights(x, dy).dw; });
    check_same_for_any_threads("db", [&] { return dense_backward_weights(x, dy).db; });
}

BOOST_AUTO_TEST_CASE(no_rows_and_no_inputs) {
    BOOST_TEST((dense_forward(Tensor({0, 3}), random({2, 3}, 1), {}).shape() == Shape{0, 2}));
    BOOST_TEST((dense_backward_weights(Tensor({0, 3}), Tensor({0, 2})).dw == Tensor({2, 3})));
    const Tensor b({2}, {1, 2});
    BOOST_TEST((dense_forward(Tensor({1, 0}), Tensor({2, 0}), b) == Tensor({1, 2}, {1, 2})));
}

BOOST_AUTO_TEST_CASE(refuses_what_does_not_fit) {
    const Tensor x({2, 3}), w({4, 3}), b({4}), dy({2, 4});
    BOOST_CHECK_THROW(dense_forward(Tensor({2, 4}), w, b), ShapeError);
    BOOST_CHECK_THROW(dense_forward(Tensor({2, 3, 1}), w, b), ShapeError);
    BOOST_CHECK_THROW(dense_forward(x, w, Tensor({3})), ShapeError);
    BOOST_CHECK_THROW(dense_backward_input(Tensor({2, 3}), w), ShapeError);
    BOOST_CHECK_THROW(dense_backward_weights(x, Tensor({3, 4})), ShapeError);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
