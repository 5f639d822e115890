-- What the script itself starts belongs to no process under test.
t:isTrue(os.execute "mkfifo gate; (read line <gate) &")
