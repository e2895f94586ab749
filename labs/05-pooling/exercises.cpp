#include "grader/exercise.hpp"
#include "pooling.hpp"

using namespace cnn::lab05;

const cnn::grader::Lab& cnn::grader::lab() {
    static const Lab table{
        .number = "05",
        .topic = "pooling",
        .title = "Pooling",
        .part = "Learned features: layers",
        .tasks = {
            {"5.1", "The size of a pooled map", 1, {function(output_size, "output_size(input, window) -> size")}},
            {"5.2",
             "Max pooling remembers where",
             3,
             {function(max_pool_forward, "max_pool_forward(x, window) -> pooled")},
             {"5.1"}},
            {"5.3",
             "Average pooling",
             2,
             {function(average_pool_forward, "average_pool_forward(x, window) -> y")},
             {"5.1"}},
            {"5.4",
             "Overlapping windows that lose no pixel",
             2,
             {function(covering_size, "covering_size(input, size, stride) -> size"),
              function(overlapping_max_pool, "overlapping_max_pool(x, size, stride) -> y")}},
            {"5.5",
             "What pooling saves",
             2,
             {function(pooling_savings,
                       "pooling_savings(height, width, filters, filter_size, pooling, outputs) -> savings")},
             {"5.1"}},
        }};
    return table;
}
