from kartu.project.cli import main

main()
