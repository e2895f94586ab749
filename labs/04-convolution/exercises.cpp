#include "convolution.hpp"
#include "grader/exercise.hpp"

using namespace cnn::lab04;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "04",
        .topic = "convolution",
        .title = "Convolution",
        .part = "Learned features: layers",
        .tasks = {
            {"4.1",
             "The size of a feature map",
             2,
             {function(output_size, "output_size(input, filter, stride, padding, remainder) -> size")}},
            {"4.2", "Zeros for SAME", 2, {function(same_padding, "same_padding(input, filter, stride) -> padding")}},
            {"4.3", "One channel, one filter", 3, {function(correlate2d, "correlate2d(x, w) -> y")}},
            {"4.4",
             "Channels, filters, stride, padding",
             5,
             {function(conv2d_forward, "conv2d_forward(x, w, b, window) -> y")},
             {"4.1"}},
            {"4.5",
             "Parameters and multiply-adds",
             2,
             {function(conv2d_cost, "conv2d_cost(channels, height, width, filters, window) -> cost")},
             {"4.1"}},
            {"4.6",
             "Sobel is a convolution",
             2,
             {function(sobel_filters, "sobel_filters() -> w"), function(compass_filters, "compass_filters() -> w")}},
        }};
    return table;
}
