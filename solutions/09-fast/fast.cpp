// Lab 09: fast convolution. Read fast.hpp for what each function promises, README.md for why.
#include "fast.hpp"

#include <algorithm>
#include <vector>

#include "tensor/parallel.hpp"
#include "tensor/todo.hpp"

namespace cnn::lab09 {

// Where a window stands on an image of C channels.
struct Places {
    Index channels, height, width, out_height, out_width;
    Index rows(const Window& window) const { return channels * window.size * window.size; }
    Index count() const { return out_height * out_width; }
};

Places places(Index channels, Index height, Index width, const Window& window) {
    require(window.size >= 1 && window.stride >= 1 && window.padding >= 0,
            "window: size {}, stride {}, padding {}: expected at least 1, 1 and 0", window.size, window.stride,
            window.padding);
    const auto steps = [&](Index input) { return input + 2 * window.padding - window.size; };
    require(steps(height) >= 0 && steps(width) >= 0, "window: {}×{} does not fit in {}×{} pixels with padding {}",
            window.size, window.size, height, width, window.padding);
    return {channels, height, width, steps(height) / window.stride + 1, steps(width) / window.stride + 1};
}

// For 9.1: calls visit(matrix_row, i, image_row, shift, first, last) for every row of the matrix and every row i of
// outputs that sees pixels there. The image's rows are counted through all its channels (c · height + row); the outputs
// j = first … last - 1 see its columns j · stride + shift. What is not visited lies in the padding.
template <class Visit>
void for_each_row(const Places& p, const Window& window, const Visit& visit) {
    for (Index c = 0; c < p.channels; ++c)
        for (Index r = 0; r < window.size; ++r)
            for (Index s = 0; s < window.size; ++s) {
                // Outputs from `first` to before `last` read columns 0 … width-1 of the image.
                const Index shift = s - window.padding, stride = window.stride;
                const Index first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
                const Index last = p.width > shift ? std::min((p.width - shift - 1) / stride + 1, p.out_width) : 0;
                for (Index i = 0; i < p.out_height; ++i) {
                    const Index row = i * stride + r - window.padding;
                    if (row < 0 || row >= p.height) continue;
                    visit((c * window.size + r) * window.size + s, i, c * p.height + row, shift, first, last);
                }
            }
}

// Task 9.1: an image as a matrix whose columns are what the window sees.
Tensor im2col(const Tensor& x, Index n, const Window& window) {
    // TODO 1. Check the shapes. How many rows and columns has the matrix?
    // TODO 2. Which pixel stands in row (c, r, s), column (i, j)? Where there is none, the zero is already there.
    //         for_each_row, above, walks through them a row at a time; five loops of your own do as well.
    // TODO 3. When it is right, make it fast: for fixed c, r, s, i and stride 1, the pixels of j = 0, 1, … are
    //         neighbors. Copy the row.
    require(x.rank() == 4 && n >= 0 && n < x.size(0), "im2col: x {} has no image {}", x.shape(), n);
    const Places p = places(x.size(1), x.size(2), x.size(3), window);
    Tensor columns({p.rows(window), p.count()});
    const float* image = x.data() + n * p.channels * p.height * p.width;
    for_each_row(p, window, [&](Index matrix_row, Index i, Index image_row, Index shift, Index first, Index last) {
        float* to = columns.data() + matrix_row * p.count() + i * p.out_width;
        const float* from = image + image_row * p.width + shift;
        if (window.stride == 1)
            for (Index j = first; j < last; ++j) to[j] = from[j];
        else
            for (Index j = first; j < last; ++j) to[j] = from[j * window.stride];
    });
    return columns;
}

// Task 9.1: the sum of all copies of each pixel.
Tensor col2im(const Tensor& columns, const Shape& image, const Window& window) {
    // TODO 1. Check the shapes.
    // TODO 2. Walk through the matrix as in im2col. What is = there and += here?
    require(image.rank() == 3, "col2im: the image {} is not [C, H, W]", image);
    const Places p = places(image[0], image[1], image[2], window);
    require(columns.shape() == Shape{p.rows(window), p.count()}, "col2im: columns {}, an image {} has [{}, {}]",
            columns.shape(), image, p.rows(window), p.count());
    Tensor x(image);
    for_each_row(p, window, [&](Index matrix_row, Index i, Index image_row, Index shift, Index first, Index last) {
        const float* from = columns.data() + matrix_row * p.count() + i * p.out_width;
        float* to = x.data() + image_row * p.width + shift;
        if (window.stride == 1)
            for (Index j = first; j < last; ++j) to[j] += from[j];
        else
            for (Index j = first; j < last; ++j) to[j * window.stride] += from[j];
    });
    return x;
}

void check_product(const Tensor& a, const Tensor& b) {
    require(a.rank() == 2 && b.rank() == 2 && a.size(1) == b.size(0), "multiply: a {} and b {} do not fit together",
            a.shape(), b.shape());
}

// Task 9.2: the loops in the order in which the numbers lie.
Tensor multiply_ordered(const Tensor& a, const Tensor& b) {
    // TODO 1. Check the shapes.
    // TODO 2. Three loops. Which of i, k and j has to be the innermost so that both b and c are read along their rows?
    //         c begins with zeros; add to it.
    check_product(a, b);
    const Index rows = a.size(0), depth = a.size(1), columns = b.size(1);
    Tensor c({rows, columns});
    for (Index i = 0; i < rows; ++i) {
        float* row = c.data() + i * columns;
        for (Index k = 0; k < depth; ++k) {
            const float factor = a(i, k);
            const float* b_row = b.data() + k * columns;
            for (Index j = 0; j < columns; ++j) row[j] += factor * b_row[j];
        }
    }
    return c;
}

// row[j] += Σ a[k] · b(k, j) over a block of b, four of its rows at a time: row[j] is fetched and stored a quarter as
// often.
void add_block(const float* a, const float* b, Index b_row, Index depth, Index columns, float* row) {
    Index k = 0;
    for (; k + 4 <= depth; k += 4) {
        const float a0 = a[k], a1 = a[k + 1], a2 = a[k + 2], a3 = a[k + 3];
        const float *b0 = b + k * b_row, *b1 = b0 + b_row, *b2 = b1 + b_row, *b3 = b2 + b_row;
        for (Index j = 0; j < columns; ++j) row[j] += a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
    for (; k < depth; ++k) {
        const float factor = a[k];
        const float* b_k = b + k * b_row;
        for (Index j = 0; j < columns; ++j) row[j] += factor * b_k[j];
    }
}

// The same for two rows of a and c at once: each number of b is fetched once for both.
void add_block_to_two(const float* a, Index a_row, const float* b, Index b_row, Index depth, Index columns, float* c,
                      Index c_row) {
    float *row = c, *next_row = c + c_row;
    Index k = 0;
    for (; k + 4 <= depth; k += 4) {
        const float *x = a + k, *y = x + a_row;
        const float x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3], y0 = y[0], y1 = y[1], y2 = y[2], y3 = y[3];
        const float *b0 = b + k * b_row, *b1 = b0 + b_row, *b2 = b1 + b_row, *b3 = b2 + b_row;
        for (Index j = 0; j < columns; ++j) {
            const float p = b0[j], q = b1[j], r = b2[j], s = b3[j];
            row[j] += x0 * p + x1 * q + x2 * r + x3 * s;
            next_row[j] += y0 * p + y1 * q + y2 * r + y3 * s;
        }
    }
    add_block(a + k, b + k * b_row, b_row, depth - k, columns, row);
    add_block(a + a_row + k, b + k * b_row, b_row, depth - k, columns, next_row);
}

// Task 9.2: a block of b is used for every row of a before the next one is fetched.
Tensor multiply_blocked(const Tensor& a, const Tensor& b) {
    // TODO 1. Cut b into blocks of rows and columns, small enough for the nearest caches (how large are yours?
    //         lscpu, or getconf -a | grep CACHE), 256 to 1024 columns wide.
    // TODO 2. For each block: the loops of multiply_ordered over all rows of a, within the block.
    // TODO 3. Four rows of the block at a time: what is fetched once then, and was fetched four times before? And with
    //         two rows of a at a time?
    check_product(a, b);
    constexpr Index block_depth = 64, block_columns = 1024;
    const Index rows = a.size(0), depth = a.size(1), columns = b.size(1);
    Tensor c({rows, columns});
    for (Index j = 0; j < columns; j += block_columns)
        for (Index k = 0; k < depth; k += block_depth) {
            const Index deep = std::min(block_depth, depth - k), wide = std::min(block_columns, columns - j);
            const float *a_block = a.data() + k, *b_block = b.data() + k * columns + j;
            float* c_block = c.data() + j;
            Index i = 0;
            for (; i + 2 <= rows; i += 2)
                add_block_to_two(a_block + i * depth, depth, b_block, columns, deep, wide, c_block + i * columns,
                                 columns);
            if (i < rows) add_block(a_block + i * depth, b_block, columns, deep, wide, c_block + i * columns);
        }
    return c;
}

Tensor transposed(const float* m, Index rows, Index columns) {
    Tensor t({columns, rows});
    for (Index i = 0; i < rows; ++i)
        for (Index j = 0; j < columns; ++j) t.data()[j * rows + i] = m[i * columns + j];
    return t;
}

void check_layer(const Shape& x, const Shape& w, const Shape& y, const Window& window) {
    require(x.rank() == 4 && w.rank() == 4 && y.rank() == 4, "conv2d: x {}, w {} and y {} have not four axes", x, w, y);
    require(w[1] == x[1] && w[2] == window.size && w[3] == window.size,
            "conv2d: w {} does not fit x {} and a window of {}×{}", w, x, window.size, window.size);
    const Places p = places(x[1], x[2], x[3], window);
    require(y == Shape{x[0], w[0], p.out_height, p.out_width}, "conv2d: y {}, expected [{}, {}, {}, {}]", y, x[0], w[0],
            p.out_height, p.out_width);
}

// Task 9.3: one product of matrices for each image.
Tensor conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
    // TODO 1. Check the shapes. w.reshaped({…}) reads the filters as the rows of a matrix.
    // TODO 2. For every image: its columns (9.1), the product (multiply_blocked; after 9.5 multiply_simd). How does its
    //         result lie in memory, and where in y does it belong?
    // TODO 3. The bias.
    require(x.rank() == 4 && w.rank() == 4, "conv2d: x {} and w {} have not four axes", x.shape(), w.shape());
    const Places p = places(x.size(1), x.size(2), x.size(3), window);
    Tensor y({x.size(0), w.size(0), p.out_height, p.out_width});
    check_layer(x.shape(), w.shape(), y.shape(), window);
    require(b.shape() == Shape{w.size(0)}, "conv2d: b {} is not one bias for each of {} filters", b.shape(), w.size(0));
    const Tensor filters = w.reshaped({w.size(0), p.rows(window)});
    for_each_image(x.size(0), [&](Index n) {
        const Tensor product = multiply_simd(filters, im2col(x, n, window));
        float* to = y.data() + n * product.count();
        for (Index k = 0; k < w.size(0); ++k)
            for (Index i = 0; i < p.count(); ++i)
                to[k * p.count() + i] = b.data()[k] + product.data()[k * p.count() + i];
    });
    return y;
}

// Task 9.3: the error of the columns, put back where they came from.
Tensor conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
    // TODO 1. Check the shapes. You need the matrix of the filters with rows and columns exchanged.
    // TODO 2. For every image: dy[n] as a matrix; the product; 9.1 adds it up to an image of dx.
    check_layer(x_shape, w.shape(), dy.shape(), window);
    const Index filters = w.size(0), places = dy.size(2) * dy.size(3);
    const Tensor turned = transposed(w.data(), filters, w.count() / std::max<Index>(filters, 1));
    const Shape image{x_shape[1], x_shape[2], x_shape[3]};
    Tensor dx(x_shape);
    for_each_image(x_shape[0], [&](Index n) {
        const Tensor error({filters, places}, dy.values().subspan(static_cast<std::size_t>(n * filters * places),
                                                                  static_cast<std::size_t>(filters * places)));
        const Tensor pixels = col2im(multiply_simd(turned, error), image, window);
        std::copy_n(pixels.data(), pixels.count(), dx.data() + n * pixels.count());
    });
    return dx;
}

// Task 9.3: the gradients of filters and biases, summed over the images.
FilterGradients conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window) {
    // TODO 1. Check the shapes.
    // TODO 2. For every image: columns·dy[n]ᵀ is dwᵀ, and dy[n] is the smaller one to turn. Sum over the images.
    // TODO 3. dw is the sum with rows and columns exchanged. The bias is in every place of the map: sum dy.
    require(x.rank() == 4 && dy.rank() == 4, "conv2d: x {} and dy {} have not four axes", x.shape(), dy.shape());
    const Shape w{dy.size(1), x.size(1), window.size, window.size};
    check_layer(x.shape(), w, dy.shape(), window);
    const Index filters = dy.size(1), places = dy.size(2) * dy.size(3);
    const auto error = [&](Index n) { return dy.data() + n * filters * places; };
    const Tensor dw = sum_over_images(
        x.size(0), [&](Index n) { return multiply_simd(im2col(x, n, window), transposed(error(n), filters, places)); });
    const Tensor db = sum_over_images(x.size(0), [&](Index n) {
        Tensor sums({filters});
        for (Index k = 0; k < filters; ++k)
            for (Index i = 0; i < places; ++i) sums.data()[k] += error(n)[k * places + i];
        return sums;
    });
    return {transposed(dw.data(), dw.size(0), dw.size(1)).reshaped(w), db};
}

// Task 9.4: all images, on all cores.
void for_each_image(Index images, const std::function<void(Index)>& body) {
    // TODO 1. parallel_for(first, last, function) from tensor/parallel.hpp: oneTBB's.
    // TODO 2. Use it in your three functions of 9.3. Whose memory does each image write to?
    parallel_for(0, images, body);
}

// Task 9.4: a sum that does not depend on who was free when.
Tensor sum_over_images(Index images, const std::function<Tensor(Index)>& term) {
    // TODO 1. Deal the images to groups whose number depends on `images` only.
    // TODO 2. Every group adds up its own images in their order; the groups run on all cores.
    // TODO 3. One after the other, the sums of the groups are added up. Use it in conv2d_backward_filters.
    require(images >= 1, "sum_over_images: a sum over {} images", images);
    const Index groups = std::min<Index>(images, 16);
    std::vector<Tensor> sums(static_cast<std::size_t>(groups));
    parallel_for(0, groups, [&](Index group) {
        Tensor& sum = sums[static_cast<std::size_t>(group)];
        sum = term(group * images / groups);
        for (Index n = group * images / groups + 1; n < (group + 1) * images / groups; ++n) sum += term(n);
    });
    for (Index group = 1; group < groups; ++group) sums[0] += sums[static_cast<std::size_t>(group)];
    return sums[0];
}

// c = a·panel for `rows` rows of a and a panel of b that is two vectors wide. All sums stay in registers until they are
// complete; each step loads two vectors and `rows` numbers for 2·rows multiply-adds.
template <int lanes, int rows>
[[gnu::always_inline]] inline void tile(const float* a, const float* panel, Index depth, float* c, Index c_row) {
    Lanes<lanes> sum[rows][2] = {};
    for (Index k = 0; k < depth; ++k) {
        const Lanes<lanes> left = lanes_at<lanes>(panel + k * 2 * lanes);
        const Lanes<lanes> right = lanes_at<lanes>(panel + k * 2 * lanes + lanes);
// Without these, GCC keeps the sums in memory instead of registers.
#pragma GCC unroll 6
        for (int r = 0; r < rows; ++r) {
            sum[r][0] += a[r * depth + k] * left;
            sum[r][1] += a[r * depth + k] * right;
        }
    }
#pragma GCC unroll 6
    for (int r = 0; r < rows; ++r) {
        lanes_at<lanes>(c + r * c_row) = sum[r][0];
        lanes_at<lanes>(c + r * c_row + lanes) = sum[r][1];
    }
}

// All rows of a times one panel, six at a time. Where six do not divide, the last tile overlaps the one before and
// computes some rows again, to the same values.
template <int lanes>
[[gnu::always_inline]] inline void times_panel(const Tensor& a, const float* panel, float* c, Index c_row) {
    const Index rows = a.size(0), depth = a.size(1);
    for (Index i = 0; i < rows && rows < 6; ++i)
        tile<lanes, 1>(a.data() + i * depth, panel, depth, c + i * c_row, c_row);
    for (Index i = 0; i < rows && rows >= 6; i += 6) {
        const Index top = std::min(i, rows - 6);
        tile<lanes, 6>(a.data() + top * depth, panel, depth, c + top * c_row, c_row);
    }
}

// Task 9.5: vectors as long as this machine has, and twelve of them at work.
Tensor multiply_simd(const Tensor& a, const Tensor& b) {
    // TODO 1. The inside of with_widest_lanes (lanes.hpp) is compiled for several processors. Begin with one row of c:
    //         two vectors of sums, k = 0 … depth-1, one number of a times two vectors of b.
    // TODO 2. Six rows at a time: how many vectors are loaded for how many multiply-adds? What you call is marked
    //         always_inline.
    // TODO 3. What is left over: columns that fill no vector, rows that fill no six.
    // TODO 4. Copy the columns you are working on side by side into a small panel, and measure again.
    // TODO 5. Use it in your three functions of 9.3.
    check_product(a, b);
    Tensor c({a.size(0), b.size(1)});
    with_widest_lanes([&]<int lanes>() __attribute__((always_inline)) {
        constexpr Index width = 2 * lanes;
        const Index rows = a.size(0), depth = b.size(0), columns = b.size(1);
        std::vector<float> panel(static_cast<std::size_t>(depth * width));  // zeros beyond the last column
        std::vector<float> edge(static_cast<std::size_t>(rows * width));
        for (Index j = 0; j < columns; j += width) {
            const Index used = std::min(width, columns - j);
            for (Index k = 0; k < depth; ++k) {
                std::fill_n(panel.data() + k * width + used, width - used, 0.0f);
                std::copy_n(b.data() + k * columns + j, used, panel.data() + k * width);
            }
            if (used == width) {
                times_panel<lanes>(a, panel.data(), c.data() + j, columns);
                continue;
            }
            times_panel<lanes>(a, panel.data(), edge.data(), width);
            for (Index i = 0; i < rows; ++i) std::copy_n(edge.data() + i * width, used, c.data() + i * columns + j);
        }
    });
    return c;
}

}  // namespace cnn::lab09
