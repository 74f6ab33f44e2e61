"""How an agency can stand to a record: what the lines of the matrix of permissions speak of."""

from enum import StrEnum


class Relation(StrEnum):
    """How an agency stands to a record."""

    IMPLEMENTING = "implementing"
    DEPARTMENT = "department"
    FUNDER = "funder"
    PAYER = "payer"
    NATIONAL = "national"
    OWN = "own"
    ACCOUNT = "account"
    DECIDING = "deciding"
    IN_SCOPE = "in_scope"

    @property
    def label(self) -> str:
        return _RELATION_LABELS[self]

    @property
    def explanation(self) -> str:
        return _RELATION_EXPLANATIONS[self]


_RELATION_LABELS = {
    Relation.IMPLEMENTING: "đơn vị thực hiện",
    Relation.DEPARTMENT: "Sở Công Thương của tỉnh",
    Relation.FUNDER: "cơ quan cấp kinh phí",
    Relation.PAYER: "đơn vị chi",
    Relation.NATIONAL: "Cục",
    Relation.OWN: "cơ quan của bản ghi",
    Relation.ACCOUNT: "chính cơ sở ấy",
    Relation.DECIDING: "cơ quan có thẩm quyền",
    Relation.IN_SCOPE: "trong phạm vi",
}
_RELATION_EXPLANATIONS = {
    Relation.IMPLEMENTING: "Cơ quan của người dùng là đơn vị thực hiện đề án, hoặc kế thừa đơn vị ấy.",
    Relation.DEPARTMENT: "Cơ quan là Sở Công Thương quản lý địa bàn của đề án.",
    Relation.FUNDER: "Cơ quan giữ kinh phí của đề án: Sở với nguồn địa phương, Cục với nguồn quốc gia.",
    Relation.PAYER: "Cơ quan chi kinh phí của đề án: cơ quan giữ kinh phí, hoặc đơn vị được giao lại hạn mức.",
    Relation.NATIONAL: "Cơ quan là Cục, và đề án dùng nguồn quốc gia.",
    Relation.OWN: "Bản ghi do chính cơ quan lập, hoặc do cơ quan mà nó kế thừa.",
    Relation.ACCOUNT: "Tổ chức của người dùng là chính cơ sở công nghiệp nông thôn ấy.",
    Relation.DECIDING: (
        "Cơ quan quyết định điều chỉnh, hoặc trình Bộ, UBND tỉnh quyết định, theo nội dung điều chỉnh (TT 36/2013 Đ11); "
        "với báo cáo theo kỳ là cơ quan nhận báo cáo."
    ),
    Relation.IN_SCOPE: (
        "Cục thấy cả nước; Sở và trung tâm thấy tỉnh mình theo địa giới hôm nay; trung tâm khu vực thấy việc mình thực "
        "hiện và cơ sở trong khu vực; xã thấy địa bàn xã; quản trị thấy cơ quan mình và cơ quan đứng dưới."
    ),
}
