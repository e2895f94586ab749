// Lab 05: pooling. Read pooling.hpp for what each function promises, README.md for why.
#include "pooling.hpp"

#include <algorithm>

#include "tensor/todo.hpp"

namespace cnn::lab05 {

// Task 5.1: the size of a pooled map.
Index output_size(Index input, const Window& window) {
    // TODO 1. Refuse what makes no sense: require(condition, "output_size: …", …) throws a ShapeError.
    // TODO 2. Where does the first window begin, and how many steps fit after it?
    todo("5.1");
}

// Task 5.2: the largest value of every window, and where it was.
MaxPooled max_pool_forward(const Tensor& x, const Window& window) {
    // TODO 1. Check that x has four axes. 5.1 gives the size of y and switches.
    // TODO 2. Four loops over y (n, c, i, j). Where does the window of (i, j) begin in x?
    // TODO 3. Under the window, remember the best pixel so far and its place. What is the best one to begin with, when
    //         all may be negative and some lie outside the image?
    // TODO 4. A switch is a place in the plane of x, not in the window.
    todo("5.2");
}

// Task 5.3: the mean of every window.
Tensor average_pool_forward(const Tensor& x, const Window& window) {
    // TODO 1. The same loops as in 5.2, but every pixel takes part.
    // TODO 2. What is the sum divided by, where a window hangs over the border?
    todo("5.3");
}

// Task 5.4: as many windows as it takes to cover every pixel.
Index covering_size(Index input, Index size, Index stride) {
    // TODO 1. Refuse what makes no sense. Which strides leave pixels between two windows?
    // TODO 2. How many pixels does the first window leave, and how many more windows do these need? None, one, more?
    todo("5.4");
}

// Task 5.4: overlapping max pooling that loses no pixel.
Tensor overlapping_max_pool(const Tensor& x, Index size, Index stride) {
    // TODO 1. covering_size gives the size of y.
    // TODO 2. The loops of 5.2. What is different about the windows of the last row and the last column?
    todo("5.4");
}

// Task 5.5: what pooling saves.
Savings pooling_savings(Index height, Index width, Index filters, Index filter_size, const Window& pooling,
                        Index outputs) {
    // TODO 1. How large is a filter's map, and how large is it after pooling?
    // TODO 2. How many values are that in all maps?
    // TODO 3. How many weights connect them with the outputs? And the biases?
    todo("5.5");
}

}  // namespace cnn::lab05
