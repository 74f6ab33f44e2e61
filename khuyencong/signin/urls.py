from django.urls import path

from khuyencong.signin.views import account, factors, outside, reset, sign_in

urlpatterns = [
    path("dang-nhap/", sign_in.login, name="login"),
    path("dang-nhap/buoc-hai/", sign_in.second_step, name="second_step"),
    path("dang-nhap/khoa/", sign_in.passkey_sign_in, name="passkey_sign_in"),
    path("dang-nhap/khoa/bat-dau/", sign_in.passkey_options, name="passkey_options"),
    path("dang-nhap/mot-cua/", outside.outside_begin, name="outside_begin"),
    path("dang-nhap/mot-cua/ve/", outside.outside_return, name="outside_return"),
    path("quen-mat-khau/", reset.password_forgotten, name="password_forgotten"),
    path("quen-mat-khau/<str:uidb64>/<str:token>/", reset.password_reset, name="password_reset"),
    path("tai-khoan-cua-toi/", account.my_account, name="my_account"),
    path("tai-khoan-cua-toi/xac-nhan/", account.my_confirm, name="my_confirm"),
    path("tai-khoan-cua-toi/sua/", account.my_profile, name="my_profile"),
    path("tai-khoan-cua-toi/thu/<str:token>/", account.my_email, name="my_email"),
    path("tai-khoan-cua-toi/mat-khau/", account.my_password, name="my_password"),
    path("tai-khoan-cua-toi/phien/ket-thuc/", account.my_sessions_end, name="my_sessions_end"),
    path("tai-khoan-cua-toi/phien/<slug:handle>/ket-thuc/", account.my_session_end, name="my_session_end"),
    path("tai-khoan-cua-toi/mot-cua/bo/", outside.outside_unlink, name="outside_unlink"),
    path("tai-khoan-cua-toi/hai-lop/", factors.my_factors, name="my_factors"),
    path("tai-khoan-cua-toi/hai-lop/ung-dung/", factors.my_app, name="my_app"),
    path("tai-khoan-cua-toi/hai-lop/ung-dung/bo/", factors.my_app_remove, name="my_app_remove"),
    path("tai-khoan-cua-toi/hai-lop/khoa/", factors.my_passkey, name="my_passkey"),
    path("tai-khoan-cua-toi/hai-lop/khoa/bat-dau/", factors.my_passkey_options, name="my_passkey_options"),
    path("tai-khoan-cua-toi/hai-lop/khoa/<int:pk>/bo/", factors.my_passkey_remove, name="my_passkey_remove"),
    path("tai-khoan-cua-toi/ma-du-phong/", factors.my_recovery_codes, name="my_recovery_codes"),
]
