// Sobel, HOG and SIFT of OpenCV, on the picture and with the settings that bench/opencv.cpp gives ours. Prints how
// often a second each runs.
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/core/ocl.hpp>
#include <opencv2/features2d.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/objdetect.hpp>

#include <cstdlib>
#include <iostream>
#include <string>

#include "bench/measure.hpp"
#include "bench/scene.hpp"

namespace {

cv::Mat picture(int width, int height) {
    auto levels = cnn::bench::scene(width, height);
    return cv::Mat(height, width, CV_8U, levels.data()).clone();
}

}  // namespace

// opencv THREADS SECONDS wall|processor
int main(int argc, char** argv) {
    if (argc != 4) return 2;
    cv::setNumThreads(std::atoi(argv[1]));
    cv::ocl::setUseOpenCL(false);
    const cnn::bench::Effort effort{
        .warm_up = 0.05,
        .sample = 0.01,
        .total = std::atof(argv[2]),
        .time = argv[3] == std::string("processor") ? cnn::bench::Time::processor : cnn::bench::Time::wall};
    nlohmann::json rates;
    const auto measure = [&](const char* name, const std::function<void()>& f) {
        rates[name] = cnn::bench::rate(f, effort).median;
    };
    const cv::Mat large = picture(1920, 1080), small = picture(640, 480);
    cv::Mat floats, dx, dy;
    large.convertTo(floats, CV_32F);
    measure("Sobel", [&] {
        cv::Sobel(floats, dx, CV_32F, 1, 0, 3, 1, 0, cv::BORDER_CONSTANT);
        cv::Sobel(floats, dy, CV_32F, 0, 1, 3, 1, 0, cv::BORDER_CONSTANT);
    });
    const cv::HOGDescriptor hog;
    std::vector<float> descriptor;
    const cv::Mat window = small(cv::Rect(0, 0, 64, 128)).clone();
    measure("HOG window", [&] { hog.compute(window, descriptor); });
    const auto sift = cv::SIFT::create();
    measure("SIFT", [&] {
        std::vector<cv::KeyPoint> keypoints;
        cv::Mat descriptors;
        sift->detectAndCompute(small, cv::noArray(), keypoints, descriptors);
    });
    std::cout << rates.dump() << '\n';
}
