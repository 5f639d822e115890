// A program that does nothing, dynamically linked as any other.
int main(void) { return 0; }
