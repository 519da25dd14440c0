;;; yolint.el --- What each row of a YOLO model YAML costs, and whether it builds  -*- lexical-binding: t -*-

;; Package-Requires: ((emacs "29.1"))

;;; Commentary:

;; Starts yolint through Eglot for YAML files that have a section `backbone' or `head'.  Load it from the init file.

;;; Code:

(require 'eglot)

(defgroup yolint nil "Model YAML files of YOLO." :group 'tools)

(defcustom yolint-command '("yolint" "lsp")
  "The command that starts the server."
  :type '(repeat string))

(defun yolint-model-file-p ()
  "Whether this buffer has a section of a model file."
  (save-excursion
    (goto-char (point-min))
    (re-search-forward "^[\"']?\\(?:backbone\\|head\\)[\"']?[ \t]*:" nil t)))

(define-derived-mode yolint-mode prog-mode "YOLO"
  "Mode for model files if no YAML mode is installed."
  (setq-local comment-start "# "
              comment-start-skip "#+[ \t]*"
              indent-tabs-mode nil))

(unless (assoc "\\.ya?ml\\'" auto-mode-alist)
  (add-to-list 'auto-mode-alist '("\\.ya?ml\\'" . yolint-mode)))

(dolist (mode '(yolint-mode yaml-mode yaml-ts-mode))
  (add-to-list 'eglot-server-programs `((,mode :language-id "yaml") . ,yolint-command)))

(defun yolint-ensure ()
  "Start the server if this is a model file."
  (when (yolint-model-file-p)
    (eglot-ensure)))

(dolist (hook '(yolint-mode-hook yaml-mode-hook yaml-ts-mode-hook))
  (add-hook hook #'yolint-ensure))

(provide 'yolint)
;;; yolint.el ends here
