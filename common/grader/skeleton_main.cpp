// skeleton SOLUTION OUTPUT: writes a lab's skeleton.
#include <exception>
#include <filesystem>
#include <iostream>

#include "grader/skeleton.hpp"
#include "tensor/file.hpp"

int main(int argc, char** argv) {
    if (argc != 3) {
        std::cerr << "usage: skeleton solutions/NN-topic/topic.cpp OUTPUT\n";
        return 2;
    }
    try {
        const std::filesystem::path output = argv[2];
        std::filesystem::create_directories(output.parent_path());
        cnn::replace_file(output, cnn::grader::make_skeleton(cnn::read_file(argv[1], 1 << 20)));
    } catch (const std::exception& error) {
        std::cerr << argv[1] << ": " << error.what() << '\n';
        return 1;
    }
}
