;;; replylint.el --- replylint in Emacs 29 or newer, through eglot -*- lexical-binding: t -*-

;; Load this file, or copy it to your init file. `M-x eglot-code-actions' offers the quick fixes.

(require 'eglot)

(add-to-list 'eglot-server-programs '((markdown-mode text-mode) . ("replylint" "lsp")))

(add-hook 'markdown-mode-hook #'eglot-ensure)
;; Many modes are made from text-mode, that of commit messages among them.
(add-hook 'text-mode-hook (lambda () (when (eq major-mode 'text-mode) (eglot-ensure))))

(provide 'replylint)
;;; replylint.el ends here
