#include <nlohmann/json.hpp>
#include <numeric>

#include "grader/report.hpp"

namespace cnn::grader {

using Json = nlohmann::ordered_json;

Json description(const Lab& lab) {
    Json tasks = Json::array();
    for (const Task& task : lab.tasks) {
        Json functions = Json::array();
        for (const Function& function : task.functions) functions.push_back(function.name);
        tasks.push_back({{"task", task.number},
                         {"title", task.title},
                         {"points", task.points},
                         {"functions", std::move(functions)}});
    }
    const int points = std::accumulate(lab.tasks.begin(), lab.tasks.end(), 0,
                                       [](int sum, const Task& task) { return sum + task.points; });
    return {{"lab", lab.number},    {"slug", lab.topic},  {"title", lab.title},       {"part", lab.part},
            {"max_points", points}, {"timed", lab.timed}, {"tasks", std::move(tasks)}};
}

}  // namespace cnn::grader
