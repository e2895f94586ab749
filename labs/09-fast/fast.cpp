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
    todo("9.1");
}

// Task 9.1: the sum of all copies of each pixel.
Tensor col2im(const Tensor& columns, const Shape& image, const Window& window) {
    // TODO 1. Check the shapes.
    // TODO 2. Walk through the matrix as in im2col. What is = there and += here?
    todo("9.1");
}

// Task 9.2: the loops in the order in which the numbers lie.
Tensor multiply_ordered(const Tensor& a, const Tensor& b) {
    // TODO 1. Check the shapes.
    // TODO 2. Three loops. Which of i, k and j has to be the innermost so that both b and c are read along their rows?
    //         c begins with zeros; add to it.
    todo("9.2");
}

// Task 9.2: a block of b is used for every row of a before the next one is fetched.
Tensor multiply_blocked(const Tensor& a, const Tensor& b) {
    // TODO 1. Cut b into blocks of rows and columns, small enough for the nearest caches (how large are yours?
    //         lscpu, or getconf -a | grep CACHE), 256 to 1024 columns wide.
    // TODO 2. For each block: the loops of multiply_ordered over all rows of a, within the block.
    // TODO 3. Four rows of the block at a time: what is fetched once then, and was fetched four times before? And with
    //         two rows of a at a time?
    todo("9.2");
}

// Task 9.3: one product of matrices for each image.
Tensor conv2d_forward(const Tensor& x, const Tensor& w, const Tensor& b, const Window& window) {
    // TODO 1. Check the shapes. w.reshaped({…}) reads the filters as the rows of a matrix.
    // TODO 2. For every image: its columns (9.1), the product (multiply_blocked; after 9.5 multiply_simd). How does its
    //         result lie in memory, and where in y does it belong?
    // TODO 3. The bias.
    todo("9.3");
}

// Task 9.3: the error of the columns, put back where they came from.
Tensor conv2d_backward_input(const Tensor& dy, const Tensor& w, const Shape& x_shape, const Window& window) {
    // TODO 1. Check the shapes. You need the matrix of the filters with rows and columns exchanged.
    // TODO 2. For every image: dy[n] as a matrix; the product; 9.1 adds it up to an image of dx.
    todo("9.3");
}

// Task 9.3: the gradients of filters and biases, summed over the images.
FilterGradients conv2d_backward_filters(const Tensor& x, const Tensor& dy, const Window& window) {
    // TODO 1. Check the shapes.
    // TODO 2. For every image: columns·dy[n]ᵀ is dwᵀ, and dy[n] is the smaller one to turn. Sum over the images.
    // TODO 3. dw is the sum with rows and columns exchanged. The bias is in every place of the map: sum dy.
    todo("9.3");
}

// Task 9.4: all images, on all cores.
void for_each_image(Index images, const std::function<void(Index)>& body) {
    // TODO 1. parallel_for(first, last, function) from tensor/parallel.hpp: oneTBB's.
    // TODO 2. Use it in your three functions of 9.3. Whose memory does each image write to?
    todo("9.4");
}

// Task 9.4: a sum that does not depend on who was free when.
Tensor sum_over_images(Index images, const std::function<Tensor(Index)>& term) {
    // TODO 1. Deal the images to groups whose number depends on `images` only.
    // TODO 2. Every group adds up its own images in their order; the groups run on all cores.
    // TODO 3. One after the other, the sums of the groups are added up. Use it in conv2d_backward_filters.
    todo("9.4");
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
    todo("9.5");
}

}  // namespace cnn::lab09
