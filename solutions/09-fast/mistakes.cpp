// Wrong answers that learners give, and right ones that come too late, each with the sentence that names it.
#include <algorithm>

#include "fast.hpp"
#include "grader/exercise.hpp"
#include "probes.hpp"
#include "wrong.hpp"

using namespace cnn;
using namespace cnn::lab09;
using grader::mistake;
using grader::Replacement;

namespace {

using Mistakes = std::vector<Replacement>;

// im2col with another rule: value(c, row, column, r, s, i, j) is what stands in row (c, r, s), column (i, j).
template <class Place>
Tensor gathered(const Tensor& x, Index n, const Window& window, const Place& place) {
    Tensor columns = im2col(x, n, window);
    const Index out_width = (x.size(3) + 2 * window.padding - window.size) / window.stride + 1;
    for (Index row = 0; row < columns.size(0); ++row)
        for (Index column = 0; column < columns.size(1); ++column) {
            const Index s = row % window.size, r = row / window.size % window.size, c = row / window.size / window.size;
            const auto [y_at, x_at] = place(r, s, column / out_width, column % out_width);
            const bool inside = y_at >= 0 && y_at < x.size(2) && x_at >= 0 && x_at < x.size(3);
            columns(row, column) = inside ? x(n, c, y_at, x_at) : 0;
        }
    return columns;
}
using At = std::array<Index, 2>;

Mistakes im2col_mistakes() {
    return {
        mistake(im2col, "columns_as_rows",
                "the matrix is turned: what one window sees belongs in a column, not in a row.",
                [](const Tensor& x, Index n, const Window& window) { return wrong::transposed(im2col(x, n, window)); }),
        mistake(im2col, "padding_not_subtracted",
                "the windows begin at the first pixel instead of in the padding: subtract it from row and column.",
                [](const Tensor& x, Index n, const Window& w) {
                    return gathered(x, n, w, [&](Index r, Index s, Index i, Index j) {
                        return At{i * w.stride + r, j * w.stride + s};
                    });
                }),
        mistake(im2col, "stride_forgotten", "the windows are one pixel apart although the stride says otherwise.",
                [](const Tensor& x, Index n, const Window& w) {
                    return gathered(x, n, w, [&](Index r, Index s, Index i, Index j) {
                        return At{i + r - w.padding, j + s - w.padding};
                    });
                }),
        mistake(
            im2col, "taps_exchanged",
            "rows and columns of the window are exchanged: (r, s) is row r·S + s, and s moves along the image's row.",
            [](const Tensor& x, Index n, const Window& w) {
                return gathered(x, n, w, [&](Index r, Index s, Index i, Index j) {
                    return At{i * w.stride + s - w.padding, j * w.stride + r - w.padding};
                });
            }),
        mistake(im2col, "always_the_first_image", "these are the columns of image 0, whatever n says.",
                [](const Tensor& x, Index n, const Window& window) {
                    im2col(x, n, window);
                    return im2col(x, 0, window);
                }),
        mistake(im2col, "channels_innermost",
                "the channels vary fastest: the rows of one channel stand together, as the weights of a filter do.",
                [](const Tensor& x, Index n, const Window& window) {
                    const Tensor right = im2col(x, n, window);
                    const Index taps = window.size * window.size;
                    Tensor columns(right.shape());
                    for (Index row = 0; row < right.size(0); ++row)
                        for (Index j = 0; j < right.size(1); ++j)
                            columns(row % taps * x.size(1) + row / taps, j) = right(row, j);
                    return columns;
                }),
    };
}

Mistakes col2im_mistakes() {
    return {
        mistake(col2im, "col2im_assigned",
                "a pixel that several windows saw gets the value of the last one only: add them up.",
                [](const Tensor& columns, const Shape& image, const Window& window) {
                    Tensor x = col2im(columns, image, window);
                    // Which of all places is the last to be copied? Number them.
                    const Tensor places({1, image[0], image[1], image[2]});
                    for (Index row = 0; row < columns.size(0); ++row) {
                        Tensor one(columns.shape());
                        for (Index j = 0; j < columns.size(1); ++j) one(row, j) = 1;
                        const Tensor seen = col2im(one, image, window);
                        for (Index j = 0; j < columns.size(1); ++j) one(row, j) = columns(row, j);
                        const Tensor value = col2im(one, image, window);
                        for (Index i = 0; i < x.count(); ++i)
                            if (seen[i] > 0) x[i] = value[i];
                    }
                    return x;
                }),
        mistake(
            col2im, "strided_assigned",
            "with a stride above 1 a pixel gets one value only: windows larger than the stride overlap all the same.",
            [](const Tensor& columns, const Shape& image, const Window& window) {
                Tensor x = col2im(columns, image, window);
                if (window.stride == 1) return x;
                for (Index row = 0; row < columns.size(0); ++row) {
                    Tensor one(columns.shape()), place(columns.shape());
                    for (Index j = 0; j < columns.size(1); ++j) one(row, j) = columns(row, j), place(row, j) = 1;
                    const Tensor value = col2im(one, image, window), seen = col2im(place, image, window);
                    for (Index i = 0; i < x.count(); ++i)
                        if (seen[i] > 0) x[i] = value[i];
                }
                return x;
            }),
        mistake(col2im, "padding_times_zero",
                "what stands for padding is multiplied by 0 instead of dropped: 0 times a NaN is a NaN.",
                [](const Tensor& columns, const Shape& image, const Window& window) {
                    const Tensor inside = im2col(Tensor::full({1, image[0], image[1], image[2]}, 1), 0, window);
                    // A pixel outside is pushed in at the edge, times 0.
                    Tensor x = col2im(columns, image, window);
                    const Index out_width = (image[2] + 2 * window.padding - window.size) / window.stride + 1;
                    for (Index row = 0; row < columns.size(0); ++row)
                        for (Index j = 0; j < columns.size(1); ++j) {
                            if (inside(row, j) != 0) continue;
                            const Index s = row % window.size, r = row / window.size % window.size;
                            const Index c = row / window.size / window.size;
                            const Index top = j / out_width * window.stride + r - window.padding;
                            const Index left = j % out_width * window.stride + s - window.padding;
                            const Index i = (c * image[1] + std::clamp<Index>(top, 0, image[1] - 1)) * image[2] +
                                            std::clamp<Index>(left, 0, image[2] - 1);
                            x[i] += 0 * columns(row, j);
                        }
                    return x;
                }),
        mistake(col2im, "col2im_averaged",
                "the sum is divided by the number of windows that saw the pixel: a gradient is the sum itself.",
                [](const Tensor& columns, const Shape& image, const Window& window) {
                    Tensor x = col2im(columns, image, window);
                    const Tensor times = col2im(Tensor::full(columns.shape(), 1), image, window);
                    for (Index i = 0; i < x.count(); ++i) x[i] /= std::max(times[i], 1.0f);
                    return x;
                }),
        mistake(col2im, "col2im_padding_kept",
                "everything lies lower and further to the right by the padding: subtract it from row and column.",
                [](const Tensor& columns, const Shape& image, const Window& window) {
                    const Tensor right = col2im(columns, image, window);
                    Tensor x(image);
                    for (Index c = 0; c < image[0]; ++c)
                        for (Index i = window.padding; i < image[1]; ++i)
                            for (Index j = window.padding; j < image[2]; ++j)
                                x[(c * image[1] + i) * image[2] + j] =
                                    right[(c * image[1] + i - window.padding) * image[2] + j - window.padding];
                    return x;
                }),
    };
}

// A right product, but row by row of c's columns: both c and a are walked down.
Tensor down_all_columns(const Tensor& a, const Tensor& b) {
    wrong::check(a, b);
    Tensor c({a.size(0), b.size(1)});
    for (Index j = 0; j < b.size(1); ++j)
        for (Index k = 0; k < a.size(1); ++k)
            for (Index i = 0; i < a.size(0); ++i) c(i, j) += a(i, k) * b(k, j);
    return c;
}

// a·b as if the sizes `rows`, `depth` and `columns` did not reach further.
Tensor cut(const Tensor& a, const Tensor& b, Index rows, Index depth, Index columns) {
    wrong::check(a, b);
    Tensor c({a.size(0), b.size(1)});
    for (Index i = 0; i < rows; ++i)
        for (Index k = 0; k < depth; ++k)
            for (Index j = 0; j < columns; ++j) c(i, j) += a(i, k) * b(k, j);
    return c;
}

Mistakes ordered_mistakes() {
    return {
        mistake(
            multiply_ordered, "ordered_down_the_columns_of_b",
            "the innermost loop runs over k, down a column of b: every step fetches a whole cache line for one number.",
            wrong::naive_product),
        mistake(multiply_ordered, "ordered_down_all_columns",
                "the innermost loop runs over i, down the columns of a and c: of the six orders these are the slowest.",
                down_all_columns),
        mistake(multiply_ordered, "ordered_assigned",
                "only the last product is kept: c(i, j) is a sum over k, add to it.",
                [](const Tensor& a, const Tensor& b) {
                    Tensor c = multiply_ordered(a, b);
                    for (Index i = 0; i < c.size(0); ++i)
                        for (Index j = 0; j < c.size(1); ++j) c(i, j) = a(i, a.size(1) - 1) * b(a.size(1) - 1, j);
                    return c;
                }),
        mistake(multiply_ordered, "ordered_a_read_down",
                "a is read with row and column exchanged: it is a(i, k), in row i.",
                [](const Tensor& a, const Tensor& b) {
                    Tensor turned(a.shape());
                    for (Index i = 0; i < a.size(0); ++i)
                        for (Index k = 0; k < a.size(1); ++k) turned(i, k) = a[k * a.size(0) + i];
                    return multiply_ordered(turned, b);
                }),
        mistake(multiply_ordered, "ordered_c_turned", "rows and columns of c are exchanged.",
                [](const Tensor& a, const Tensor& b) { return wrong::transposed(multiply_ordered(a, b)); }),
    };
}

Mistakes blocked_mistakes() {
    return {
        mistake(
            multiply_blocked, "blocked_rows_outermost",
            "this is hardly faster than without blocks. Is the loop over rows inside the loops over blocks? Are four "
            "rows of a block used at a time, for two rows of a, and 256 columns or more? Else all of b is fetched "
            "anew for every row of a, and c for every row of b.",
            [](const Tensor& a, const Tensor& b) { return multiply_ordered(a, b); }),
        mistake(multiply_blocked, "blocked_down_the_columns_of_a_block",
                "the innermost loop runs down a column of the block: keep the order of multiply_ordered inside.",
                wrong::naive_product),
        mistake(multiply_blocked, "blocked_overwritten",
                "each block of depth replaces what the block before it had summed: c is a sum over all blocks.",
                [](const Tensor& a, const Tensor& b) {
                    // Blocks of 64, as the hint has it.
                    const Index depth = a.size(1), begin = std::max<Index>(depth - 1, 0) / 64 * 64;
                    Tensor c = multiply_blocked(a, b);
                    return c -= cut(a, b, a.size(0), begin, b.size(1));
                }),
        mistake(
            multiply_blocked, "blocked_last_columns_missing",
            "columns beyond the last whole block are missing: the last block is narrower, std::min finds its end.",
            [](const Tensor& a, const Tensor& b) { return cut(a, b, a.size(0), a.size(1), b.size(1) / 256 * 256); }),
        mistake(multiply_blocked, "blocked_pairs_only",
                "the last row is missing when their number is odd: after the loop over pairs comes one row alone.",
                [](const Tensor& a, const Tensor& b) { return cut(a, b, a.size(0) / 2 * 2, a.size(1), b.size(1)); }),
        mistake(multiply_blocked, "blocked_fours_only",
                "rows of b that make no four are left out: after the loop over fours comes one over the rest.",
                [](const Tensor& a, const Tensor& b) { return cut(a, b, a.size(0), a.size(1) / 4 * 4, b.size(1)); }),
    };
}

Mistakes forward_mistakes() {
    return {
        mistake(conv2d_forward, "forward_no_bias", "the bias is missing.",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return conv2d_forward(x, w, Tensor(b.shape()), window);
                }),
        mistake(conv2d_forward, "forward_one_image_for_all",
                "every image has the maps of the first: whose columns are used?",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    Tensor y = conv2d_forward(x, w, b, window);
                    const Index size = y.count() / y.size(0);
                    for (Index i = size; i < y.count(); ++i) y[i] = y[i % size];
                    return y;
                }),
        mistake(conv2d_forward, "forward_filters_before_images",
                "the maps lie in memory filter by filter: in y all maps of one image stand together, [N, K, OH, OW].",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    const Tensor right = conv2d_forward(x, w, b, window);
                    const Index images = right.size(0), filters = right.size(1), places = right.size(2) * right.size(3);
                    Tensor y(right.shape());
                    for (Index i = 0; i < y.count(); ++i)
                        y[(i / places % filters * images + i / places / filters) * places + i % places] = right[i];
                    return y;
                }),
        mistake(conv2d_forward, "forward_naive_product",
                "nearly all the time of the forward pass goes into a slow product of matrices: is it your fast one "
                "that is called, and is that one fast (9.2, 9.5)?",
                [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                    return wrong::forward(x, w, b, window, wrong::naive_product);
                }),
        mistake(
            conv2d_forward, "forward_still_blocked",
            "the forward pass is about as fast as with multiply_blocked. Does it call multiply_simd (TODO 5), and is "
            "that one fast (is_faster_than_blocks_alone)?",
            [](const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
                return wrong::forward(x, w, b, window, multiply_blocked);
            }),
    };
}

Mistakes backward_input_mistakes() {
    return {
        mistake(conv2d_backward_input, "dx_turned_by_180",
                "the filters are turned by 180°: here col2im takes care of that, wᵀ only exchanges rows and columns.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    Tensor turned(w.shape());
                    const Index taps = window.size * window.size;
                    for (Index i = 0; i < w.count(); ++i) turned[i] = w[i / taps * taps + taps - 1 - i % taps];
                    return conv2d_backward_input(dy, turned, x_shape, window);
                }),
        mistake(conv2d_backward_input, "dx_one_error_for_all",
                "every image gets the error of the first: which part of dy belongs to image n?",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    Tensor dx = conv2d_backward_input(dy, w, x_shape, window);
                    const Index size = dx.count() / dx.size(0);
                    for (Index i = size; i < dx.count(); ++i) dx[i] = dx[i % size];
                    return dx;
                }),
        mistake(conv2d_backward_input, "dx_not_turned",
                "w is only read in another shape: its transpose has other numbers in its rows.",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    const Index filters = w.size(0), taps = w.count() / filters;
                    Tensor mixed(w.shape());  // whose transpose is w's numbers read as [C·R·S, K]
                    for (Index k = 0; k < filters; ++k)
                        for (Index t = 0; t < taps; ++t) mixed[k * taps + t] = w[t * filters + k];
                    return conv2d_backward_input(dy, mixed, x_shape, window);
                }),
        mistake(conv2d_backward_input, "dx_naive_product",
                "dx waits for a slow product of matrices: is it your fast one that is called, and is that one fast "
                "(9.2, 9.5)?",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    return wrong::backward_input(dy, w, x_shape, window, wrong::naive_product);
                }),
        mistake(conv2d_backward_input, "dx_still_blocked",
                "dx takes about as long as with multiply_blocked. Does it call multiply_simd (TODO 5), and is that one "
                "fast (is_faster_than_blocks_alone)?",
                [](const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
                    return wrong::backward_input(dy, w, x_shape, window, multiply_blocked);
                }),
    };
}

Mistakes backward_filters_mistakes() {
    return {
        mistake(conv2d_backward_filters, "dw_mean_over_images",
                "the gradients are divided by the number of images: the loss has done that already.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    FilterGradients g = conv2d_backward_filters(x, dy, window);
                    g.dw *= 1 / static_cast<float>(x.size(0));
                    g.db *= 1 / static_cast<float>(x.size(0));
                    return g;
                }),
        mistake(
            conv2d_backward_filters, "dw_last_image_only",
            "only the last image counts: the gradients are sums over all of them.",
            [](const Tensor& x, const Tensor& dy, const Window& window) {
                conv2d_backward_filters(x, dy, window);
                const auto last = [](const Tensor& t) {
                    return wrong::matrix_of(t, t.size(0) - 1, t.size(1)).reshaped({1, t.size(1), t.size(2), t.size(3)});
                };
                return conv2d_backward_filters(last(x), last(dy), window);
            }),
        mistake(
            conv2d_backward_filters, "dw_dw_not_turned_back",
            "dw is wrong in its order: columns·dyᵀ is [C·R·S, K], and its numbers have to be turned, not renamed.",
            [](const Tensor& x, const Tensor& dy, const Window& window) {
                FilterGradients g = conv2d_backward_filters(x, dy, window);
                const Shape shape = g.dw.shape();
                const Index filters = shape[0];
                g.dw = wrong::transposed(std::move(g.dw).reshaped({filters, shape.count() / filters})).reshaped(shape);
                return g;
            }),
        mistake(conv2d_backward_filters, "dw_no_bias_gradient",
                "db is zero: it is the sum of dy over images and places.",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    FilterGradients g = conv2d_backward_filters(x, dy, window);
                    g.db.fill(0);
                    return g;
                }),
        mistake(conv2d_backward_filters, "dw_naive_product",
                "dw waits for a slow product of matrices: is it your fast one that is called, and is that one fast "
                "(9.2, 9.5)?",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    return wrong::backward_filters(x, dy, window, wrong::naive_product);
                }),
        mistake(conv2d_backward_filters, "dw_still_blocked",
                "dw takes about as long as with multiply_blocked. Does it call multiply_simd (TODO 5), and is that one "
                "fast (is_faster_than_blocks_alone)?",
                [](const Tensor& x, const Tensor& dy, const Window& window) {
                    return wrong::backward_filters(x, dy, window, multiply_blocked);
                }),
    };
}

// The sum of the terms from `begin` to before `end`.
Tensor sum_of(const Tensor& terms, Index begin, Index end) {
    const Shape shape(terms.shape().sizes().subspan(1));
    Tensor sum(shape);
    for (Index n = begin; n < end; ++n)
        for (Index i = 0; i < sum.count(); ++i) sum[i] += terms[n * sum.count() + i];
    return sum;
}

Mistakes parallel_mistakes() {
    return {
        mistake(calls_of_each, "last_image_missing",
                "the last image is left out: parallel_for's range ends before its second number.",
                [](Index images) {
                    std::vector<Index> calls(static_cast<std::size_t>(images), 1);
                    if (images > 0) calls.back() = 0;
                    return calls;
                }),
        mistake(calls_of_each, "once_for_every_thread",
                "every image is worked on twice: each thread walks through all of them instead of its share.",
                [](Index images) { return std::vector<Index>(static_cast<std::size_t>(images), 2); }),
        mistake(calls_of_each, "first_image_missing", "image 0 is left out: the range begins at 0.",
                [](Index images) {
                    std::vector<Index> calls(static_cast<std::size_t>(images), 1);
                    if (images > 0) calls.front() = 0;
                    return calls;
                }),
        mistake(is_shared_out, "one_thread",
                "one thread does all the work: a plain loop, or a lock around the body, leaves the other cores idle.",
                [](Index) { return false; }),
        mistake(is_sum_shared_out, "sum_on_one_thread",
                "one thread computes all terms: the groups are to run on all cores.", [](Index) { return false; }),
        mistake(sum_of_terms, "leftovers_missing",
                "the images that are left over when 16 groups get equally many are missing: the last groups end at the "
                "last image.",
                [](const Tensor& terms, Index threads) {
                    sum_of_terms(terms, threads);  // refuses what makes no sense
                    const Index images = terms.size(0);
                    return sum_of(terms, 0, images < 16 ? images : images / 16 * 16);
                }),
        mistake(sum_of_terms, "first_term_twice",
                "the first image is counted twice: where a sum begins with term(0), the loop goes on with 1.",
                [](const Tensor& terms, Index threads) {
                    Tensor sum = sum_of_terms(terms, threads);
                    return sum += sum_of(terms, 0, 1);
                }),
        mistake(sum_of_terms, "one_group_only", "only the first group's sum is returned: add up those of all groups.",
                [](const Tensor& terms, Index threads) {
                    sum_of_terms(terms, threads);
                    const Index images = terms.size(0), groups = std::min<Index>(images, 16);
                    return sum_of(terms, 0, images / groups);
                }),
    };
}

// How many columns a panel of two vectors has on this machine.
Index panel_width() {
    Index width = 0;
    with_widest_lanes([&]<int lanes>() { width = 2 * lanes; });
    return width;
}

// Right, but compiled for the oldest processors: the vectors are taken apart, and so is the tile.
Tensor without_inlining(const Tensor& a, const Tensor& b) {
    wrong::check(a, b);
    Tensor c = cut(a, b, a.size(0), a.size(1), 0);
    const Index rows = a.size(0) / 6 * 6, depth = a.size(1), columns = b.size(1);
    with_widest_lanes([&]<int lanes>() __attribute__((noinline)) {
        for (Index j = 0; j + 2 * lanes <= columns; j += 2 * lanes)
            for (Index i = 0; i < rows; i += 6) {
                Lanes<lanes> sum[6][2] = {};
                for (Index k = 0; k < depth; ++k)
#pragma GCC unroll 6
                    for (int r = 0; r < 6; ++r) {
                        sum[r][0] += a(i + r, k) * lanes_at<lanes>(b.data() + k * columns + j);
                        sum[r][1] += a(i + r, k) * lanes_at<lanes>(b.data() + k * columns + j + lanes);
                    }
                for (int r = 0; r < 6; ++r)
                    for (int v = 0; v < 2; ++v)
                        lanes_at<lanes>(c.data() + (i + r) * columns + j + v * lanes) = sum[r][v];
            }
    });
    const Index done = columns / panel_width() * panel_width();
    for (Index i = 0; i < a.size(0); ++i)
        for (Index j = i < rows ? done : 0; j < columns; ++j)
            for (Index k = 0; k < depth; ++k) c(i, j) += a(i, k) * b(k, j);
    return c;
}

Mistakes simd_mistakes() {
    return {
        mistake(multiply_simd, "not_inlined",
                "the vectors are taken apart: mark the body, and every function it calls with vectors, always_inline.",
                without_inlining),
        mistake(
            multiply_simd, "no_vectors",
            "this is about as fast as multiply_blocked. Where are the vectors? And for how many multiply-adds is each "
            "vector of b fetched: six rows at a time, from a panel (TODO 2 to 4)?",
            [](const Tensor& a, const Tensor& b) { return multiply_blocked(a, b); }),
        mistake(multiply_simd, "whole_panels_only",
                "the last columns, too few to fill two vectors, are missing: copy them into a panel that is filled up "
                "with zeros, or give them a loop of their own.",
                [](const Tensor& a, const Tensor& b) {
                    return cut(a, b, a.size(0), a.size(1), b.size(1) / panel_width() * panel_width());
                }),
        mistake(multiply_simd, "whole_sixes_only", "the last rows, too few to make six, are missing.",
                [](const Tensor& a, const Tensor& b) { return cut(a, b, a.size(0) / 6 * 6, a.size(1), b.size(1)); }),
        mistake(multiply_simd, "panel_not_cleared",
                "the sums of one panel are still in the next: they begin at zero for every tile.",
                [](const Tensor& a, const Tensor& b) {
                    Tensor c = multiply_simd(a, b);
                    for (Index i = 0; i < c.size(0); ++i)
                        for (Index j = panel_width(); j < c.size(1); ++j) c(i, j) += c(i, j - panel_width());
                    return c;
                }),
    };
}

}  // namespace

const std::vector<Replacement>& grader::mistakes() {
    static const std::vector<Replacement> list = [] {
        Mistakes all;
        for (const Mistakes& some :
             {im2col_mistakes(), col2im_mistakes(), ordered_mistakes(), blocked_mistakes(), forward_mistakes(),
              backward_input_mistakes(), backward_filters_mistakes(), parallel_mistakes(), simd_mistakes()})
            all.insert(all.end(), some.begin(), some.end());
        return all;
    }();
    return list;
}
