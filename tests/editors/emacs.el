;;; Eglot by its own functions: emacs --batch -Q -l yolint.el -l emacs.el   (PROJECT)  -*- lexical-binding: t -*-

(setq make-backup-files nil create-lockfiles nil eglot-autoshutdown t)

(defun check (what ok)
  (princ (format "%s: %s\n" (if ok "passed" "failed") what))
  (unless ok (kill-emacs 1)))

(defun until (what look)
  (let ((left 150))
    (while (and (> left 0) (not (funcall look)))
      (accept-process-output nil 0.1)
      (setq left (1- left)))
    (check what (> left 0))))

(defun open (name)
  (find-file (expand-file-name name (getenv "PROJECT")))
  (set-window-buffer nil (current-buffer)))

(defun hints ()
  (let (found)
    (dolist (overlay (overlays-in (point-min) (point-max)) found)
      (when (overlay-get overlay 'eglot--inlay-hint)
        (push (string-trim (substring-no-properties
                            (or (overlay-get overlay 'before-string) (overlay-get overlay 'after-string))))
              found)))))

(defun findings ()
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(open "data.yaml")
(check "no server for other files" (not (yolint-model-file-p)))

(open "yolo11-tiny.yaml")
;; Without a screen no command ends, after which `eglot-ensure' would connect.
(apply #'eglot--connect (eglot--guess-contact))
(until "managed" #'eglot-managed-p)
(eglot-inlay-hints-mode 1)
(eglot--update-hints-1 (point-min) (point-max))
(until "a hint on every row" (lambda () (= 17 (length (hints)))))
(check "the first row" (member "16×320×320 · 464 params · 0.102 GFLOPs" (hints)))
(check "the last row" (member "7×8000 · 218k params · 1.56 GFLOPs" (hints)))

(goto-char (point-min))
(search-forward "SPPF")
(backward-char 2)
(let ((said (jsonrpc-request (eglot-current-server) :textDocument/hover (eglot--TextDocumentPositionParams))))
  (check "hover" (string-search "SPPF(" (plist-get (plist-get said :contents) :value))))

(goto-char (point-min))
(search-forward "[-1, 4]")
(backward-char 1)
(delete-char -1)
(insert "2")
(eglot--signal-textDocument/didChange)
(flymake-start)
(until "a finding" (lambda () (string-search "Concat gets feature maps of different sizes" (or (car (findings)) ""))))
(check "once" (= 1 (length (findings))))
(let* ((found (car (flymake-diagnostics)))
       (actions (eglot-code-actions (flymake-diagnostic-beg found) (flymake-diagnostic-end found)))
       (titles (mapcar (lambda (action) (plist-get action :title)) actions)))
  (check "its fix" (seq-some (lambda (title) (string-search "row 4 instead" title)) titles)))
(set-buffer-modified-p nil)
(kill-emacs 0)
